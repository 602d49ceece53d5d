/** Takes steps in the world, one or several at once, killed or not, and looks whether the model knows how that could end so. */
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Gate, interleaved, type Kill, Killed, mortal } from './interleaving.ts';
import { copyOf, type Model } from './model.ts';
import { assertRules, expected, mayLeadTo, observed, recordsOf, type Seen } from './observed.ts';
import type { Change, Step } from './steps.ts';
import type { World } from './world.ts';

/** What the application refuses by name, and rightly, when a step is asked for out of its turn. */
const refusals = new Set([
  ...['WrongStage', 'WrongTranche', 'WrongPaymentState', 'PaperMissing', 'AccountNotCorrected'],
  ...['PaymentNotSettled', 'PaymentNotRefused', 'TrancheReopened', 'BudgetExhausted', 'NotFound'],
  ...[
    'AlreadyResolved',
    'ContradictsPayment',
    'RunNotReleased',
    'NotPossible',
    'WrongDepositState',
    'MoreThanPaid',
  ],
]);

type Outcome = 'done' | 'refused';

async function outcomeOf(step: Step, world: World, gate: Gate): Promise<Outcome> {
  try {
    await step.run(world.hands(gate));
    return 'done';
  } catch (error) {
    if (step.mayRefuse && error instanceof Error && refusals.has(error.name)) return 'refused';
    throw error;
  }
}

/** A step as it is taken: perhaps killed first, and then taken again. */
export interface Taken {
  step: Step;
  kill?: Kill | undefined;
}

/**
 * Takes the steps side by side, their calls in the order of the choices, and leaves in the world the model of one order in
 * which they may have taken effect.
 * @throws an `AssertionError` where a rule is broken, or where there is no such order
 */
export async function happen(
  world: World,
  taken: readonly Taken[],
  choices: readonly number[],
): Promise<void> {
  const lines = taken.map(({ step, kill }) =>
    kill === undefined ? step.name : `${step.name}, killed ${JSON.stringify(kill)}`,
  );
  world.story.push(lines.join('\n  and at the same time '));
  const objects = new Map(world.outside.objects);
  const check = () => {
    const records = recordsOf(world);
    try {
      assertRules(world, records, objects);
    } catch (error) {
      throw new Error(world.account(), { cause: error });
    }
    return records;
  };
  const wasKilled = taken.map(() => false);
  const tasks = taken.map(({ step, kill }, index) => async (gate: Gate): Promise<Outcome> => {
    if (kill === undefined) return outcomeOf(step, world, gate);
    try {
      return await outcomeOf(step, world, mortal(kill, gate));
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      wasKilled[index] = true;
      check();
      return outcomeOf(step, world, gate);
    }
  });
  const [only] = tasks;
  const results =
    only !== undefined && tasks.length === 1
      ? await Promise.allSettled([only(async (effect) => effect())])
      : await interleaved(tasks, choices);
  const outcomes = results.map((result) => {
    if (result.status === 'rejected')
      throw new assert.AssertionError({
        message: `${world.account()}${result.reason?.stack ?? result.reason}`,
      });
    return result.value;
  });
  const seen = observed(world, check());
  const ways = taken.map(({ step }, index): Way => {
    const whole = step.parts(seen, outcomes[index] ?? 'done');
    const parts = whole.map((part) => turnsOf(part, false));
    const perhaps = wasKilled[index] ? whole.map((part) => turnsOf(part, true)) : [];
    return { parts: [...perhaps, ...parts], outcome: outcomes[index] ?? 'done' };
  });
  world.model = fitting(world, ways, outcomes, seen);
  world.history.push(...taken.map(({ step }) => step));
}

/** A change that is made once, or perhaps: by a try that was killed. */
interface Turn {
  change: Change;
  optional: boolean;
  after: Turn | undefined;
}

interface Way {
  parts: Turn[][];
  outcome: Outcome;
}

function turnsOf(part: readonly Change[], optional: boolean): Turn[] {
  const turns: Turn[] = [];
  for (const change of part)
    turns.push({ change, optional, after: turns.find((turn) => turn.change === change.after) });
  return turns;
}

/** One after the other, as they were given. */
function inTurn(before: Model, ways: readonly Way[]) {
  const model = copyOf(before);
  const refused = ways.map(({ parts }): Outcome => {
    for (const { change, optional } of parts.flat()) if (!change(model) && !optional) return 'refused';
    return 'done';
  });
  return { model, refused };
}

/** The model of an order in which the steps may have taken effect; the order in which they were given, if that fits. */
function fitting(world: World, ways: readonly Way[], outcomes: readonly Outcome[], seen: Seen): Model {
  const before = world.model;
  const { model, refused } = inTurn(before, ways);
  const [given, real] = [
    { seen: expected(model), outcomes: refused },
    { seen, outcomes },
  ];
  if (isDeepStrictEqual(given, real)) return model;
  const found =
    ways.length > 1 || ways.some(({ parts }) => parts.flat().length > 1)
      ? anyOrder(before, ways, seen)
      : undefined;
  if (found !== undefined) return found;
  assert.deepEqual(real, given, world.account());
  assert.fail(world.account());
}

/** What a try that was killed has not done if it has not come to this change: it, what follows it, and all later parts. */
function lostWith(turn: Turn, parts: readonly Turn[][]): Turn[] {
  const lost = new Set([turn]);
  const at = parts.findIndex((turns) => turns.includes(turn));
  for (const each of parts[at] ?? []) if (each.after !== undefined && lost.has(each.after)) lost.add(each);
  const later = parts.slice(at + 1).flat();
  return [...lost, ...later.filter(({ optional }) => optional)];
}

/** Looks for an order in which the changes lead from the model to what is seen, each accepted or refused as it was. */
function anyOrder(before: Model, ways: readonly Way[], seen: Seen): Model | undefined {
  const tried = new Set<string>();
  /** @param done for each way, by part, the changes that have been made or passed over */
  const search = (model: Model, done: readonly ReadonlySet<Turn>[]): Model | undefined => {
    if (!mayLeadTo(model, seen)) return undefined;
    const place = ways.map(({ parts }, way) => parts.flat().map((each) => done[way]?.has(each)));
    // A digest: there may be a million of them, and a model is long.
    const mark = hash('sha1', JSON.stringify([model, place]), 'base64');
    if (tried.has(mark)) return undefined;
    tried.add(mark);
    let ended = true;
    for (const [way, { parts, outcome }] of ways.entries()) {
      const before = done[way] ?? new Set();
      const part = parts.find((turns) => turns.some((turn) => !before.has(turn)));
      if (part === undefined) continue;
      ended = false;
      for (const turn of part) {
        if (before.has(turn) || (turn.after !== undefined && !before.has(turn.after))) continue;
        const after = copyOf(model);
        const accepted = turn.change(after);
        // A step that is refused is so by its first change, and makes no other.
        const made = accepted || turn.optional ? [...before, turn] : parts.flat();
        if (turn.optional || accepted === (outcome === 'done')) {
          const found = search(accepted ? after : model, done.with(way, new Set(made)));
          if (found !== undefined) return found;
        }
        // That it was not made says nothing where it would have changed nothing.
        if (turn.optional && accepted && !isDeepStrictEqual(after, model)) {
          const found = search(model, done.with(way, new Set([...before, ...lostWith(turn, parts)])));
          if (found !== undefined) return found;
        }
      }
    }
    return ended && isDeepStrictEqual(expected(model), seen) ? model : undefined;
  };
  return search(
    before,
    ways.map(() => new Set<Turn>()),
  );
}
