/**
 * One Lambda of the pipeline, from its row in `functions/lambdas.ts`: its bundle, its environment, its log group, its role
 * that may nothing but what the row uses.
 */
import { AssetHashType, Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  AssetCode,
  Function as Lambda,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { type LambdaName, lambdaNamed, stepsOf } from '#functions/lambdas.ts';
import { isAsynchronous } from '#functions/triggers.ts';
import { acknowledge, acknowledgeKeys } from '../acknowledge.ts';
import type { Bundle } from '../bundle.ts';
import type { Stage } from '../stage.ts';
import type { Access } from './access.ts';

/** What a Lambda is made of besides its row. */
export interface JaringLambdaProps {
  readonly name: LambdaName;
  readonly stage: Stage;
  readonly bundle: Bundle;
  readonly environment: Readonly<Record<string, string>>;
  readonly access: readonly Access[];
  /** Where events go that the Lambda failed on three times, where no caller waits for its result. */
  readonly failedInvocations: IQueue;
}

export class JaringLambda extends Lambda {
  constructor(scope: Construct, props: JaringLambdaProps) {
    const { name, stage, bundle, access } = props;
    const { purpose, memory, seconds } = lambdaNamed(name);
    const id = idOf(name);
    const functionName = functionNameOf(stage, name);
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: stage.logs,
      removalPolicy: stage.removal,
    });
    const role = new Role(scope, `${id}Role`, {
      description: `What ${name} may do`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    // Retries and dead letters are for events that are handed over; who waits for a result tries again by itself.
    const isHandedEvents = stepsOf(name).some(([, trigger]) => isAsynchronous(trigger));
    super(scope, id, {
      functionName,
      description: purpose,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: new AssetCode(bundle.folder, { assetHash: bundle.hash, assetHashType: AssetHashType.CUSTOM }),
      memorySize: memory,
      timeout: Duration.seconds(seconds),
      environment: { ...props.environment, POWERTOOLS_LOG_LEVEL: 'INFO' },
      role,
      tracing: Tracing.ACTIVE,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      ...(isHandedEvents && { deadLetterQueue: props.failedInvocations, retryAttempts: 2 }),
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    for (const { statements, pattern } of access) {
      for (const statement of statements) role.addToPolicy(new PolicyStatement(statement));
      if (pattern) acknowledgeKeys(role, pattern.bucket, pattern.keys, pattern.reason);
    }
    acknowledge(
      role,
      'AwsSolutions-IAM5[Resource::*]',
      'X-Ray takes traces without resource-level permissions.',
    );
  }
}

/** The id of a Lambda's resources: `ask-pages` is `AskPages`. */
export function idOf(name: LambdaName): string {
  return name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** The name of a Lambda in AWS: `jaring-dev-ask-pages`. */
export function functionNameOf(stage: Stage, name: LambdaName): string {
  return `jaring-${stage.name}-${name}`;
}
