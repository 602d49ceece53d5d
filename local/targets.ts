/** Calls that one service makes to another: a rule to its target, an API to its function, a state to its task. */
import { objectOf, textOf } from './declared-resource.ts';
import type { TargetCall } from './event-bridge/ports.ts';
import { AwsError } from './gateway/aws-error.ts';
import { notImplemented } from './gateway/aws-json.ts';
import type { AuthorizationQuery, Service } from './gateway/service.ts';
import type { FunctionAnswer, FunctionCall } from './http-api/ports.ts';
import type { Iam } from './iam/iam.ts';
import type { LambdaService } from './lambda/service.ts';
import type { QueueService } from './queue/service.ts';
import { type Caller, callJson, callS3, putBytes } from './role-calls.ts';
import { type IntegrationCall, LambdaFunctionError } from './step-functions/ports.ts';
import type { StepFunctionsService } from './step-functions/service.ts';

export interface TargetPorts {
  readonly iam: Iam;
  readonly lambda: () => LambdaService;
  readonly queues: () => QueueService;
  readonly stepFunctions: () => StepFunctionsService;
  readonly dynamoDb: () => Service;
  readonly events: () => Service;
  readonly s3: () => Service;
}

/** The calls, each judged by the caller's policies before it is made. */
export class Targets {
  readonly #ports: TargetPorts;

  constructor(ports: TargetPorts) {
    this.#ports = ports;
  }

  /** Throws `AwsError` unless the role may. */
  authorizeAs(roleArn: string, query: AuthorizationQuery): void {
    this.#ports.iam.authorize({ arn: roleArn, owner: false }, query);
  }

  /** A delivery of EventBridge or the Scheduler. @throws {AwsError} */
  async deliver(call: TargetCall): Promise<void> {
    const service = call.targetArn.split(':')[2];
    switch (service) {
      case 'lambda': {
        const resource = this.#ports.lambda().resourceOf(call.targetArn);
        this.#judge(call, { action: 'lambda:InvokeFunction', resource });
        this.#ports.lambda().enqueue(resource, call.input);
        return;
      }
      case 'states': {
        this.#judge(call, startOf(call.targetArn));
        try {
          await this.#ports
            .stepFunctions()
            .startExecution({ stateMachineArn: call.targetArn, name: call.name, input: call.input });
        } catch (error) {
          // The name is the delivery's own: an execution that bears it is this delivery, made before.
          if (!(error instanceof AwsError) || error.code !== 'ExecutionAlreadyExists') throw error;
        }
        return;
      }
      case 'sqs':
        this.#judge(call, { action: 'sqs:SendMessage', resource: call.targetArn });
        this.#ports.queues().send(call.targetArn, call.input, call.messageAttributes);
        return;
      default:
        throw notImplemented(String(service), `target ${call.targetArn}`);
    }
  }

  /** A call of an HTTP API to its function. @throws {AwsError} */
  async invokeForApi(call: FunctionCall): Promise<FunctionAnswer> {
    const lambda = this.#ports.lambda();
    const resource = lambda.resourceOf(call.functionArn);
    this.#judge(call, { action: 'lambda:InvokeFunction', resource });
    const { payload, failed } = await lambda.invoke(resource, JSON.stringify(call.payload));
    return failed ? { outcome: 'failed' } : { outcome: 'returned', payload: JSON.parse(payload) };
  }

  /** A task of a state machine. @throws {AwsError} @throws {LambdaFunctionError} */
  async integrate(call: IntegrationCall): Promise<unknown> {
    const input = objectOf(call.arguments);
    if (call.service === 'lambda' && call.action === 'invoke' && !call.sdk) {
      const lambda = this.#ports.lambda();
      const resource = lambda.resourceOf(textOf(input.FunctionName) ?? '');
      this.authorizeAs(call.roleArn, { action: 'lambda:InvokeFunction', resource });
      const payloadSent = JSON.stringify(input.Payload ?? {});
      if (input.InvocationType === 'Event') {
        lambda.enqueue(resource, payloadSent);
        return { Payload: '', StatusCode: 202 };
      }
      const { payload, failed } = await lambda.invoke(resource, payloadSent);
      if (failed) throw new LambdaFunctionError(JSON.parse(payload));
      return { ExecutedVersion: '$LATEST', Payload: JSON.parse(payload), StatusCode: 200 };
    }
    const caller: Caller = {
      roleArn: call.roleArn,
      authorize: (query) =>
        this.#ports.iam.authorize(
          { arn: call.roleArn, owner: false },
          query,
          call.service === 's3' ? 'AccessDenied' : undefined,
        ),
    };
    if (call.service === 's3') return callS3(this.#ports.s3(), caller, call.action, input);
    const operation = `${call.action.slice(0, 1).toUpperCase()}${call.action.slice(1)}`;
    switch (call.service) {
      case 'dynamodb':
        return callJson(this.#ports.dynamoDb(), caller, 'DynamoDB_20120810', operation, input);
      case 'events':
        return callJson(this.#ports.events(), caller, 'AWSEvents', operation, input);
      case 'sqs': {
        const { MessageBody: body } = input;
        const sent = typeof body === 'string' ? input : { ...input, MessageBody: JSON.stringify(body) };
        return callJson(this.#ports.queues(), caller, 'AmazonSQS', operation, sent);
      }
      default:
        throw notImplemented(call.service, call.action);
    }
  }

  /** Lays a received mail into a bucket in the name of SES, as the policies of bucket and key allow. @throws {AwsError} */
  async storeForSes(object: {
    readonly bucket: string;
    readonly key: string;
    readonly body: Buffer;
    readonly ruleArn: string;
  }): Promise<void> {
    const call = { servicePrincipal: 'ses.amazonaws.com', sourceArn: object.ruleArn };
    const caller: Caller = {
      roleArn: call.servicePrincipal,
      authorize: (query) => this.#judge(call, query),
    };
    await putBytes(this.#ports.s3(), caller, object);
  }

  /** Puts an event of a function that failed for good into its queue, with the function's own rights. */
  async sendFailedEvent(
    roleArn: string,
    queueArn: string,
    body: string,
    attributes: Readonly<Record<string, string>>,
  ): Promise<void> {
    this.authorizeAs(roleArn, { action: 'sqs:SendMessage', resource: queueArn });
    this.#ports.queues().send(queueArn, body, attributes);
  }

  #judge(
    call: { readonly roleArn?: string; readonly servicePrincipal: string; readonly sourceArn: string },
    query: AuthorizationQuery,
  ): void {
    if (call.roleArn !== undefined) {
      this.authorizeAs(call.roleArn, query);
      return;
    }
    const { allowed, reason } = this.#ports.iam.decideService(call.servicePrincipal, call.sourceArn, query);
    if (allowed) return;
    throw new AwsError(
      'AccessDeniedException',
      `${call.servicePrincipal} is not authorized to perform: ${query.action} on resource: ${query.resource} ${String(reason)}`,
      403,
    );
  }
}

/** The question for starting an execution: the machine is the resource, its version or alias a condition key. */
function startOf(stateMachineArn: string): AuthorizationQuery {
  const parts = stateMachineArn.split(':');
  const qualifier = parts[7];
  return {
    action: 'states:StartExecution',
    resource: parts.slice(0, 7).join(':'),
    ...(qualifier === undefined ? {} : { context: { 'states:StateMachineQualifier': qualifier } }),
  };
}
