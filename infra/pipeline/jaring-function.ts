/**
 * One Lambda of the pipeline: its bundle, its settings parsed by its own schema, its log group, its role that may
 * nothing but what `access.ts` says.
 */
import { AssetHashType, Duration, Token } from 'aws-cdk-lib';
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
import { type Environment, environments, type FunctionName } from '#functions/environments.ts';
import { acknowledge, acknowledgeKeys } from '../acknowledge.ts';
import type { Bundle } from '../bundle.ts';
import type { Stage } from '../stage.ts';
import type { Grant } from './access.ts';
import { sizeOf } from './function-sizes.ts';

/** A setting is missing, unknown or of the wrong form. */
export class WrongEnvironment extends Error {
  override readonly name = 'WrongEnvironment';
  constructor(functionName: FunctionName, problems: readonly string[]) {
    super(
      `The environment of ${functionName} does not fit functions/environments.ts: ${problems.join('; ')}.`,
    );
  }
}

/** Settings of one function. */
export interface JaringFunctionProps<Name extends FunctionName> {
  readonly name: Name;
  readonly stage: Stage;
  readonly bundle: Bundle;
  readonly environment: Environment<Name>;
  readonly grants: readonly Grant[];
  /** Where events go that the function, invoked asynchronously, failed on three times. */
  readonly failedInvocations?: IQueue;
}

export class JaringFunction<Name extends FunctionName> extends Lambda {
  constructor(scope: Construct, props: JaringFunctionProps<Name>) {
    const { name, stage, bundle, grants } = props;
    const id = idOf(name);
    const functionName = functionNameOf(stage, name);
    const size = sizeOf(name);
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: stage.logs,
      removalPolicy: stage.removal,
    });
    const role = new Role(scope, `${id}Role`, {
      description: `What ${name} may do`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    super(scope, id, {
      functionName,
      description: name,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: new AssetCode(bundle.folder, { assetHash: bundle.hash, assetHashType: AssetHashType.CUSTOM }),
      memorySize: size.memory,
      timeout: Duration.seconds(size.seconds),
      environment: {
        ...parsedAtSynth(name, props.environment),
        POWERTOOLS_LOG_LEVEL: 'INFO',
      },
      role,
      tracing: Tracing.ACTIVE,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      ...(props.failedInvocations === undefined ? {} : { deadLetterQueue: props.failedInvocations }),
      retryAttempts: 2,
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    for (const grant of grants) {
      role.addToPolicy(new PolicyStatement(grant.statement));
      const { pattern } = grant;
      if (pattern) acknowledgeKeys(role, pattern.bucket, pattern.keys, pattern.reason);
    }
    acknowledge(
      role,
      'AwsSolutions-IAM5[Resource::*]',
      'X-Ray takes traces without resource-level permissions.',
    );
  }
}

/** The id of a function's resources: `asks/plan-ask` is `AsksPlanAsk`. */
export function idOf(name: FunctionName): string {
  return name
    .split(/[/-]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** The name of a function in AWS: `jaring-dev-asks-plan-ask`. */
export function functionNameOf(stage: Stage, name: FunctionName): string {
  return `jaring-${stage.name}-${name.replace('/', '-')}`;
}

/**
 * Parses the settings by the function's own schema. What CloudFormation only knows at deployment is checked for being
 * there; its form is checked by the same schema when the function starts.
 */
function parsedAtSynth<Name extends FunctionName>(
  name: Name,
  environment: Environment<Name>,
): Record<string, string> {
  const shape = environments[name].shape;
  const given = new Map<string, unknown>(Object.entries(environment));
  const problems: string[] = [];
  for (const [variable, schema] of Object.entries(shape)) {
    const value = given.get(variable);
    given.delete(variable);
    if (value === undefined) problems.push(`${variable} is missing`);
    else if (!Token.isUnresolved(value) && !schema.safeParse(value).success)
      problems.push(`${variable} has the wrong form`);
  }
  problems.push(...[...given.keys()].map((variable) => `${variable} is not a setting of it`));
  if (problems.length > 0) throw new WrongEnvironment(name, problems);
  return Object.fromEntries(
    Object.entries(environment).map(([variable, value]) => [variable, String(value)]),
  );
}
