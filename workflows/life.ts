/**
 * Writes a machine in the order of life: what comes first stands first, and each state names what follows it, also what
 * stands further down. So a file reads from top to bottom as the policy, and the drawing numbers its boxes in the same order.
 *
 * The state that is written first is the one the machine begins with. States are named in the words that a person reads
 * in the console; a question to a person is one state by name, `Ask …`, although it is two.
 */
import {
  Choice,
  Condition,
  Map as EachOf,
  Errors,
  type IChainable,
  type INextable,
  type MapJsonataProps,
  Parallel,
  type ParallelJsonataProps,
  QueryLanguage,
  State,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { Ask, type AskSettings, awaitAnswer } from './ask.ts';
import { end, halt } from './outcomes.ts';
import type { References } from './references.ts';
import {
  CallAndAwait,
  type CallAndAwaitSettings,
  CallFunction,
  type CallSettings,
  type ChildSettings,
  type Expressions,
  RunChild,
} from './tasks.ts';

/** What follows: a state by its name, wherever it stands, or an end that is written here. */
type Target = string | State;

/** A state is named that is not there. */
class UnknownState extends Error {
  override readonly name = 'UnknownState';
  constructor(name: string, known: Iterable<string>) {
    super(`There is no state “${name}”; there are: ${[...known].join(', ')}.`);
  }
}

/** What all parts of one machine share: its states by name, and the arrows, which are drawn when all states are there. */
class Machine {
  readonly #states = new Map<string, State>();
  readonly #arrows: (() => void)[] = [];
  readonly #parts: (() => void)[] = [];

  enter(id: string, state: State): void {
    this.#states.set(id, state);
  }

  /** Draws an arrow once its end can be found. */
  arrow(target: Target, draw: (to: IChainable) => void): void {
    this.#arrows.push(() => draw(this.#find(target)));
  }

  /** Puts a part into the state that runs it, once its states are connected: what is reached later would be missed. */
  part(attach: () => void): void {
    this.#parts.push(attach);
  }

  finish(): void {
    for (const draw of this.#arrows) draw();
    for (const attach of this.#parts) attach();
  }

  #find(target: Target): IChainable {
    if (target instanceof State) return target;
    const state = this.#states.get(target);
    if (state === undefined) throw new UnknownState(target, this.#states.keys());
    return state;
  }
}

/**
 * @param write writes the states, the first one first
 * @returns the state that the machine begins with
 * @throws {UnknownState}
 */
export function inOrder(scope: Construct, references: References, write: (life: Life) => void): State {
  const machine = new Machine();
  const life = new Life(scope, references, machine);
  write(life);
  machine.finish();
  return life.first;
}

/** The states of a machine, or of a part of it that runs for each item or in parallel with others. */
export class Life {
  readonly #scope: Construct;
  readonly #references: References;
  readonly #machine: Machine;
  #first: State | undefined;

  constructor(scope: Construct, references: References, machine: Machine) {
    this.#scope = scope;
    this.#references = references;
    this.#machine = machine;
  }

  /** The state that was written first. */
  get first(): State {
    if (this.#first === undefined) throw new RangeError('No state is written.');
    return this.#first;
  }

  /** Calls a step and continues with its answer. */
  call(id: string, settings: CallSettings): Written {
    return this.#enter(id, new CallFunction(this.#scope, id, this.#references, settings));
  }

  /** Calls a step, and waits until the execution is resumed with an answer. */
  callAndAwait(id: string, settings: CallAndAwaitSettings): Waiting {
    return this.#await(id, new CallAndAwait(this.#scope, id, this.#references, settings));
  }

  /** Runs another machine to its end. */
  run(id: string, settings: ChildSettings): Written {
    return this.#enter(id, new RunChild(this.#scope, id, this.#references, settings));
  }

  /** Plans to ask a person, and asks. @param whom completes the sentence “Ask …” */
  ask(whom: string, settings: AskSettings): Written {
    const ask = new Ask(this.#scope, whom, this.#references, settings);
    return this.#enter(ask.id, ask.startState, ask.waiting);
  }

  /** One turn of the ask that is planned in `$ask`. */
  askPlanned(id: string): Waiting {
    return this.#await(id, awaitAnswer(this.#scope, id, this.#references, {}));
  }

  /** Waits until a moment, a JSONata expression. */
  waitUntil(id: string, timestamp: string, assign?: Expressions): Written {
    return this.#wait(id, WaitTime.timestamp(timestamp), assign);
  }

  /** Waits as long as that. */
  waitFor(id: string, time: WaitTime): Written {
    return this.#wait(id, time);
  }

  /** Goes through the same for each item. */
  each(id: string, props: MapJsonataProps, write: (life: Life) => void): Written {
    const each = EachOf.jsonata(this.#scope, id, props);
    const written = this.#enter(id, each);
    const first = this.#part(write);
    this.#machine.part(() => each.itemProcessor(first));
    return written;
  }

  /** Goes through several parts in parallel. */
  inParallel(id: string, props: ParallelJsonataProps, ...parts: readonly ((life: Life) => void)[]): Written {
    const parallel = Parallel.jsonata(this.#scope, id, props);
    const written = this.#enter(id, parallel);
    for (const write of parts) {
      const first = this.#part(write);
      this.#machine.part(() => parallel.branch(first));
    }
    return written;
  }

  /** An end that reports a result to the parent. */
  end(id: string, output: Expressions): State {
    const state = end(this.#scope, id, output);
    this.#note(id, state);
    return state;
  }

  /** An end that is a defect, or a question that cannot be answered. */
  halt(id: string, error: string, cause: string): State {
    const state = halt(this.#scope, id, error, cause);
    this.#note(id, state);
    return state;
  }

  /** A question of its own, which several states come to. */
  decide(question: string): Decision {
    const choice = new Choice(this.#scope, question, { queryLanguage: QueryLanguage.JSONATA });
    this.#note(question, choice);
    return new Decision(choice, this.#machine);
  }

  #part(write: (life: Life) => void): State {
    const part = new Life(this.#scope, this.#references, this.#machine);
    write(part);
    return part.first;
  }

  #wait(id: string, time: WaitTime, assign?: Expressions): Written {
    return this.#enter(id, Wait.jsonata(this.#scope, id, { time, ...(assign && { assign }) }));
  }

  #await(id: string, state: CallAndAwait): Waiting {
    this.#note(id, state);
    return new Waiting(this, this.#machine, state);
  }

  /** @param last the state that continues, where it is another than the one that is entered */
  #enter<Entered extends State & INextable>(id: string, state: Entered): Written;
  #enter(id: string, state: State, last: State & INextable): Written;
  #enter(id: string, state: State & INextable, last: State & INextable = state): Written {
    this.#note(id, state);
    return new Written(this, this.#machine, last);
  }

  #note(id: string, state: State): void {
    this.#machine.enter(id, state);
    this.#first ??= state;
  }
}

/** A state that is written; say what follows. */
class Written {
  protected readonly machine: Machine;
  readonly #life: Life;
  readonly #state: State & INextable;

  constructor(life: Life, machine: Machine, state: State & INextable) {
    this.#life = life;
    this.machine = machine;
    this.#state = state;
  }

  /** Goes on with another state. */
  next(target: Target): this {
    this.machine.arrow(target, (to) => this.#state.next(to));
    return this;
  }

  /** Goes on with a question. */
  decide(question: string): Decision {
    const decision = this.#life.decide(question);
    this.next(question);
    return decision;
  }
}

/** A state that waits for an answer; say too what follows when there is none in time. */
class Waiting extends Written {
  readonly #waiting: CallAndAwait;

  constructor(life: Life, machine: Machine, state: CallAndAwait) {
    super(life, machine, state);
    this.#waiting = state;
  }

  /** Where to go when there is no answer before the time is up. */
  whenLate(target: Target, assign?: Expressions): this {
    this.machine.arrow(target, (to) =>
      this.#waiting.addCatch(to, { errors: [Errors.TIMEOUT], ...(assign && { assign }) }),
    );
    return this;
  }
}

/** A question; the first condition that holds decides. */
class Decision {
  readonly #choice: Choice;
  readonly #machine: Machine;

  constructor(choice: Choice, machine: Machine) {
    this.#choice = choice;
    this.#machine = machine;
  }

  /** @param condition JSONata without `{% %}` @param assign variables to set on this branch only */
  on(condition: string, target: Target, assign?: Expressions): this {
    this.#machine.arrow(target, (to) =>
      this.#choice.when(Condition.jsonata(`{% ${condition} %}`), to, assign && { assign }),
    );
    return this;
  }

  /** The branch when the answer's outcome is `outcome`. */
  onAnswer(outcome: string, target: Target, assign?: Expressions): this {
    return this.on(`$answer.outcome = '${outcome}'`, target, assign);
  }

  /** The branch for everything else. @param assign variables to set on it */
  otherwise(target: Target, assign?: Expressions): void {
    // The default branch of a Choice cannot set any.
    if (assign !== undefined) this.on('true', target, assign);
    else this.#machine.arrow(target, (to) => this.#choice.otherwise(to));
  }
}
