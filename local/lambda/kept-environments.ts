/**
 * Environments that outlive the cloud they were started for: the next cloud of the same process takes them over warm, as
 * long as nothing that they were started with is otherwise. For tests, which start many clouds one after the other.
 *
 * A function remembers what it has read once in a container. So the next cloud must hold the same secrets, which it does
 * when its state is a copy of the state that the first one began with.
 */
import { devNull } from 'node:os';
import type { EnvironmentOptions, EnvironmentOwner, ExecutionEnvironment } from './execution-environment.ts';

/** What a kept environment prints belongs to no cloud. */
const nobody: EnvironmentOwner = { logFile: devNull, onEnd: () => undefined };

export class KeptEnvironments {
  readonly #kept: ExecutionEnvironment[] = [];

  /** Keeps an environment whose cloud ends; one that works or is dead ends with it. */
  async keep(environment: ExecutionEnvironment): Promise<void> {
    if (environment.busy || environment.dead) return environment.close();
    environment.saveCompiled();
    environment.handOver(nobody);
    this.#kept.push(environment);
  }

  /** An environment that was started with just this, if one is kept. */
  take(options: EnvironmentOptions, owner: EnvironmentOwner): ExecutionEnvironment | undefined {
    const wanted = JSON.stringify(options);
    const index = this.#kept.findIndex((each) => !each.dead && JSON.stringify(each.options) === wanted);
    const [found] = index < 0 ? [] : this.#kept.splice(index, 1);
    found?.handOver(owner);
    return found;
  }

  /** Ends those that are kept. */
  async close(): Promise<void> {
    await Promise.all(this.#kept.splice(0).map((each) => each.close()));
  }
}
