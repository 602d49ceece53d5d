/** The one retry policy: every task has it, and only what may succeed by itself a moment later is tried again. */
import { Duration } from 'aws-cdk-lib';
import { JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';

/**
 * Errors that pass by themselves: the service's own hiccups, and writes that lost a race (all handlers are
 * idempotent, so trying again is safe). A refusal by a rule is not among them: it comes as an outcome.
 *
 * Lambda's names: https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
 */
export const transientErrors: readonly string[] = [
  // Lambda and the network before it.
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  // Step Functions, when it starts a child.
  'StepFunctions.AWSStepFunctionsException',
  'StepFunctions.SdkClientException',
  'StepFunctions.ExecutionLimitExceededException',
  // What a function reports when it was throttled or another writer was quicker.
  'ThrottlingException',
  'InternalServerError',
  'TimeoutError',
  'TooMuchContention',
  'StaleProposal',
  'StaleAsk',
  'StalePayment',
  'StaleRun',
  'StaleBudgetLine',
];

/** Six tries over at most about two minutes, each after a random part of a growing pause (jitter FULL). */
export const retryPolicy: RetryProps = {
  errors: [...transientErrors],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.seconds(60),
  maxAttempts: 6,
  jitterStrategy: JitterType.FULL,
};
