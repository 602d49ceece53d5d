/** The Powertools instances of a container: one logger, one metrics collector, one tracer. */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';

const serviceName = 'jaring';

/** Structured logs. Ids, outcomes and counts only: never personal data, secrets, links or tokens. */
export const logger = new Logger({ serviceName });

/** Business metrics in CloudWatch's embedded format, under the namespace `Jaring`. */
export const metrics = new Metrics({ namespace: 'Jaring', serviceName });

/**
 * X-Ray. Captures the handler and the AWS clients, not responses and not every HTTPS call: responses may hold what
 * must not leave the table. Costs about 120 KB of each bundle (measured, minified), which is the price of seeing
 * where a proposal's time went.
 */
export const tracer = new Tracer({ serviceName, captureHTTPsRequests: false });
