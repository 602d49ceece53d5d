/** The Step Functions service: the durable shell around the pure interpreter, speaking AWS's JSON protocol. */

import { AwsError } from '../gateway/aws-error.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import type { StateMachineResources, StepFunctionsPorts } from './ports.ts';

/** Step Functions over `node:sqlite`; see README.md. */
export class StepFunctionsService implements Service {
  readonly signingName = 'states';
  readonly errorFormat = 'json';
  readonly operations: readonly string[] = [];
  readonly #ports: StepFunctionsPorts;

  constructor(ports: StepFunctionsPorts) {
    this.#ports = ports;
  }

  /**
   * Makes the assembly's state machines, versions and aliases known. A changed definition gets a new version number;
   * versions that running executions began with are kept.
   * @throws {AwsError} `InvalidDefinition` that names the state and the field the engine does not know
   */
  define(_resources: StateMachineResources): void {}

  /** Takes up every unfinished execution: re-arms its timer and calls its unfinished tasks again. Call once, after `define`. */
  resume(): void {}

  /** Starts an execution on behalf of an event rule or schedule whose rights are already judged. */
  async startExecution(_start: {
    readonly stateMachineArn: string;
    readonly name?: string;
    readonly input?: string;
  }): Promise<{ readonly executionArn: string; readonly startDate: number }> {
    throw new AwsError('NotImplemented', `StartExecution is not there yet in ${this.#ports.region}.`, 501);
  }

  async handle(request: ServiceRequest): Promise<ServiceResponse> {
    const target = request.headers['x-amz-target'] ?? '';
    throw new AwsError('NotImplemented', `${target} is not implemented.`, 501);
  }

  /** Stops taking stimuli; what is under way is taken up again by the next `resume`. */
  close(): void {}
}
