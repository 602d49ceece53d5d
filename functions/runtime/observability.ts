/** The Powertools instances of a container: one logger, one metrics collector, one tracer. */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Tracer } from '@aws-lambda-powertools/tracer';

const serviceName = 'jaring';

/** Structured logs. Ids, outcomes and counts only: never personal data, secrets, links or tokens. */
export const logger = new Logger({ serviceName });

/** Business metrics in CloudWatch's embedded format, under the namespace `Jaring`. */
export const metrics = new Metrics({ namespace: 'Jaring', serviceName });

/**
 * X-Ray: where a proposal's time went. Lambda gives every function the address at which its daemon listens
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html, `AWS_XRAY_DAEMON_ADDRESS`); where there is none,
 * the SDK, a fifth of a cold start, is not even loaded.
 */
export const tracer: Tracer | undefined =
  process.env.AWS_XRAY_DAEMON_ADDRESS === undefined
    ? undefined
    : (await import('#functions/runtime/x-ray.ts')).createTracer(serviceName);
