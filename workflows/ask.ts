/**
 * Asking a person, as two states.
 *
 * 1. *Plan* computes, from the rule-pack and the working days ahead, when each turn begins: ask, remind, escalate, expire.
 * 2. *Ask* hands the state's token and the schedule to `asks/run-turn`, which mails the link, and waits until the turn ends:
 *    the deadline that people are given is the one that is kept. When no answer comes in time, the same state is entered
 *    again for the next turn. The last turn, expire, is answered by the function itself with the outcome `expired`; so the loop ends, and being late is an outcome like any other.
 *
 * The answer is in `$answer`: `{outcome, askId}` and small facts. An answered ask costs two transitions, and one more
 * for each reminder and escalation.
 */
import { Chain, Errors, type IChainable, type INextable, type State } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { References } from './references.ts';
import { CallAndAwait, CallFunction, type Expressions, secondsUntil } from './tasks.ts';

/** What is set when a turn passes without an answer. */
export const nextTurn = { turn: '{% $turn + 1 %}' };

/** What is asked of whom. */
export interface AskSettings {
  /** The kind of ask, which decides its form, its outcomes and its time limits; or an expression for it. */
  readonly kind: string;
  /** What it is about, as its kind says; numbers, or JSONata expressions for them, or one for the whole. */
  readonly about: Expressions | string;
  /** The role to ask, as an expression; by default the kind's own. */
  readonly role?: string;
  /** Whom the ask is about, as an expression, where `$proposalId` is not set yet. */
  readonly proposalId?: string;
  /** Variables to set from the input when the ask is planned. */
  readonly assign?: Expressions;
}

/** The two states of an ask; continue with `.next(…)`, where `$answer` is set. */
export class Ask implements IChainable {
  readonly id: string;
  readonly startState: State;
  /** The state that waits for the answer. */
  readonly waiting: CallAndAwait;
  readonly endStates: INextable[];

  /** @param whom completes the sentence “Ask …”, e.g. `the leader for corrections` */
  constructor(scope: Construct, whom: string, references: References, settings: AskSettings) {
    this.id = `Ask ${whom}`;
    const role = settings.role === undefined ? {} : { role: settings.role };
    const plan = new CallFunction(scope, `Plan to ask ${whom}`, references, {
      function: 'asks/plan-ask',
      payload: {
        proposalId: settings.proposalId ?? '{% $proposalId %}',
        kind: settings.kind,
        about: settings.about,
        ...role,
      },
      assign: { ...settings.assign, ask: '{% $states.result.Payload %}', turn: 0 },
    });
    this.waiting = awaitAnswer(scope, this.id, references, role);
    this.waiting.addCatch(this.waiting, { errors: [Errors.TIMEOUT], assign: nextTurn });
    this.startState = plan;
    this.endStates = Chain.start(plan).next(this.waiting).endStates;
  }

  /** Continue with `next` once the ask has its outcome. */
  next(next: IChainable): Chain {
    return Chain.start(this).next(next);
  }
}

/** One turn of the ask in `$ask`: calls `asks/run-turn` and waits; the answer is assigned to `$answer`. */
export function awaitAnswer(
  scope: Construct,
  id: string,
  references: References,
  role: { readonly role?: string },
): CallAndAwait {
  return new CallAndAwait(scope, id, references, {
    function: 'asks/run-turn',
    payload: {
      askId: '{% $ask.askId %}',
      kind: '{% $ask.kind %}',
      about: '{% $ask.about %}',
      turns: '{% $ask.turns %}',
      expiresAt: '{% $ask.expiresAt %}',
      ...role,
      turn: '{% $turn %}',
    },
    seconds: secondsUntil('$ask.turns[$turn].until'),
    assign: { answer: '{% $states.result %}' },
  });
}
