/** The tracer with the X-Ray SDK behind it; imported by `observability.ts` where there is a daemon to send traces to. */
import { Tracer } from '@aws-lambda-powertools/tracer';

/**
 * Captures the handler and the AWS clients, not responses and not every HTTPS call: responses may hold what must not
 * leave the table.
 */
export function createTracer(serviceName: string) {
  return new Tracer({ serviceName, captureHTTPsRequests: false });
}
