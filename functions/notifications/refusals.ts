/**
 * Which refusals of the services that messages leave by are for now only, so that the message waits and is tried again. The SDK
 * has tried three times by itself before it reports one of these.
 *
 * Amazon SES: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html (Errors), and `CommonErrors` there.
 * AWS End User Messaging: https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html.
 * What says that the mail or the number itself is not taken (`MessageRejected`, `BadRequestException`,
 * `ValidationException`, `ConflictException`) is for good, and what says that Jaring may not (`AccessDenied`) is a
 * fault of its own: neither is here.
 */
const namedForNow: ReadonlySet<string> = new Set([
  // SES: the rate, the quota of the day, and what operators and AWS have paused or not verified yet.
  'TooManyRequestsException',
  'LimitExceededException',
  'SendingPausedException',
  'AccountSuspendedException',
  'MailFromDomainNotVerifiedException',
  'InternalServiceErrorException',
  // Text messages: the rate, the spending limit of the month.
  'ThrottlingException',
  'ServiceQuotaExceededException',
  'InternalServerException',
  // Every service.
  'Throttling',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'InternalFailure',
  'RequestTimeout',
  // No answer came: the SDK's own name. The message may have left; rather twice than never.
  'TimeoutError',
]);

/** What Node says when no connection comes about or it breaks off. */
const connectionLost: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Whether a service refused only for now. @param error what its client threw */
export function isForNow(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (namedForNow.has(error.name)) return true;
  if ('code' in error && connectionLost.has(String(error.code))) return true;
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return ($metadata?.httpStatusCode ?? 0) >= 500;
}
