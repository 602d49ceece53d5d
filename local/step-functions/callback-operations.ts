/** Operations by which a worker reports the end of its task, or that the work goes on. */
import { AwsError } from '../gateway/aws-error.ts';
import type { ServiceRequest } from '../gateway/service.ts';
import { type Operations, tooLong } from './api-values.ts';
import { Datum, dataLimit, exceedsDataLimit } from './core/datum.ts';
import type { Engine } from './engine.ts';
import { errorAndCause } from './execution-operations.ts';
import type { Parameters } from './parameters.ts';

export class CallbackOperations {
  readonly handlers: Operations;
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.handlers = {
      SendTaskSuccess: (parameters, request) => this.#sendTaskSuccess(parameters, request),
      SendTaskFailure: (parameters, request) => this.#sendTaskFailure(parameters, request),
      SendTaskHeartbeat: (parameters, request) => this.#sendTaskHeartbeat(parameters, request),
    };
  }

  async #sendTaskSuccess(parameters: Parameters, request: ServiceRequest): Promise<object> {
    const token = this.#token(parameters, request, 'SendTaskSuccess');
    const text = parameters.text('output');
    try {
      JSON.parse(text);
    } catch (error) {
      throw new AwsError(
        'InvalidOutput',
        `Invalid Output: '${error instanceof Error ? error.message : text}'`,
      );
    }
    if (exceedsDataLimit(text)) throw tooLong('output', dataLimit);
    await this.#engine.callback({ type: 'succeeded', token, output: Datum.ofText(text) });
    return {};
  }

  async #sendTaskFailure(parameters: Parameters, request: ServiceRequest): Promise<object> {
    const token = this.#token(parameters, request, 'SendTaskFailure');
    await this.#engine.callback({ type: 'failed', token, ...errorAndCause(parameters) });
    return {};
  }

  async #sendTaskHeartbeat(parameters: Parameters, request: ServiceRequest): Promise<object> {
    const token = this.#token(parameters, request, 'SendTaskHeartbeat');
    await this.#engine.callback({ type: 'heartbeat', token });
    return {};
  }

  /** The token, after asking whether the caller may report tasks of the machine it belongs to. */
  #token(parameters: Parameters, request: ServiceRequest, action: string): string {
    const token = parameters.text('taskToken');
    const { stateMachineArn } = this.#engine.executionOfToken(token);
    request.authorize({ action: `states:${action}`, resource: stateMachineArn });
    return token;
  }
}
