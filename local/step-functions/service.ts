/** The Step Functions service: AWS's JSON protocol in front of the engine. */
import { AwsError } from '../gateway/aws-error.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import type { Operations } from './api-values.ts';
import { parseStateMachineArn } from './arns.ts';
import { CallbackOperations } from './callback-operations.ts';
import { Engine } from './engine.ts';
import { ExecutionOperations } from './execution-operations.ts';
import { MapRunOperations } from './map-run-operations.ts';
import { Parameters } from './parameters.ts';
import type { StateMachineResources, StepFunctionsPorts } from './ports.ts';
import { checkDefinition, StateMachineOperations, stateMachineOf } from './state-machine-operations.ts';
import { StepFunctionsStore } from './store.ts';

/** Step Functions over `node:sqlite`; see README.md. */
export class StepFunctionsService implements Service {
  readonly signingName = 'states';
  readonly errorFormat = 'json';
  readonly operations: readonly string[];
  readonly #ports: StepFunctionsPorts;
  readonly #store: StepFunctionsStore;
  readonly #engine: Engine;
  readonly #executions: ExecutionOperations;
  readonly #handlers: Operations;

  constructor(ports: StepFunctionsPorts) {
    this.#ports = ports;
    this.#store = new StepFunctionsStore(ports.db);
    this.#engine = new Engine(ports, this.#store);
    this.#executions = new ExecutionOperations(ports, this.#store, this.#engine);
    this.#handlers = {
      ...new StateMachineOperations(ports, this.#store).handlers,
      ...this.#executions.handlers,
      ...new CallbackOperations(this.#engine).handlers,
      ...new MapRunOperations(this.#engine).handlers,
    };
    this.operations = Object.keys(this.#handlers);
  }

  /**
   * Makes the assembly's state machines, versions and aliases known, in place of what they were before. Executions
   * that run stay on the definition and role they began with.
   * @throws {AwsError} `InvalidDefinition` that names the machine, the state and what the engine does not know
   */
  define(resources: StateMachineResources): void {
    for (const machine of resources.stateMachines) checkDefinition(machine.definition, `${machine.name}: `);
    const now = this.#ports.clock.now();
    this.#store.transaction(() => {
      for (const { arn, name, definition, roleArn } of resources.stateMachines) {
        const definitionId = this.#store.definitionId(arn, definition, roleArn);
        const known = this.#store.stateMachine(arn);
        if (known?.definitionId === definitionId) continue;
        this.#store.putStateMachine({
          arn,
          name,
          roleArn,
          definitionId,
          createdAt: known?.createdAt ?? now,
          updatedAt: now,
        });
      }
      for (const { arn, stateMachineArn, description } of resources.versions ?? []) {
        const machine = stateMachineOf(this.#store, stateMachineArn);
        this.#store.putVersion({
          arn,
          stateMachineArn,
          number: Number(parseStateMachineArn(arn).qualifier),
          definitionId: machine.definitionId,
          description: description ?? null,
          createdAt: now,
        });
      }
      for (const { arn, name, routing } of resources.aliases ?? []) {
        const stateMachineArn = parseStateMachineArn(arn).unqualified;
        const createdAt = this.#store.alias(arn)?.createdAt ?? now;
        this.#store.putAlias({ arn, stateMachineArn, name, routing, createdAt, updatedAt: now });
      }
    });
  }

  /** Takes up every unfinished execution: re-arms its timers and calls its unfinished tasks again. Once, after `define`. */
  resume(): void {
    this.#engine.resume();
  }

  /**
   * Starts an execution on behalf of an event rule or schedule whose rights are already judged.
   * @throws {AwsError} as `StartExecution` does
   */
  startExecution(start: {
    readonly stateMachineArn: string;
    readonly name?: string;
    readonly input?: string;
  }): Promise<{ readonly executionArn: string; readonly startDate: number }> {
    return this.#executions.start(start);
  }

  async handle(request: ServiceRequest): Promise<ServiceResponse> {
    const target = request.headers['x-amz-target'] ?? '';
    const name = target.replace(/^AWSStepFunctions\./, '');
    const handler = Object.hasOwn(this.#handlers, name) ? this.#handlers[name] : undefined;
    if (handler === undefined) {
      throw new AwsError(
        'NotImplemented',
        `Step Functions ${name} is not implemented by the embedded cloud.`,
        501,
      );
    }
    const answer = await handler(Parameters.parse(request.body), request);
    return {
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: JSON.stringify(answer),
    };
  }

  /** Stops taking stimuli; what is under way is taken up again by the next `resume`. */
  close(): void {
    this.#engine.close();
  }
}
