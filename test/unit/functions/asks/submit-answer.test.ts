/**
 * One ask, run by its real state machine on the real engine, its functions on the real table, while everything that
 * can go wrong does: functions are killed before or after any call they make, answers come at once and at the very
 * instant of a time-out, Step Functions is not there for an hour, the execution fails and is redriven. Whatever
 * happened, one outcome is left, the same in the ask, in the audit chain and in the execution.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { SFNClient, TaskDoesNotExist, TaskTimedOut } from '@aws-sdk/client-sfn';
import type { MiddlewareStack } from '@smithy/types';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { type AskPlan, askPlan } from '#domain/asks/ask.ts';
import { recordAndResume } from '#functions/asks/record-answer.ts';
import { resumeAsk } from '#functions/asks/resume-ask.ts';
import { runTurn } from '#functions/asks/run-turn.ts';
import { submitAnswer } from '#functions/asks/submit-answer.ts';
import { AwsError } from '#local/gateway/aws-error.ts';
import { LambdaFunctionError } from '#local/step-functions/ports.ts';
import { createEngineHarness, type EngineHarness } from '#local/step-functions/testing.ts';
import { packOf } from '#programmes/index.ts';
import { idOfAsk } from '#test/asks.ts';
import { indonesia } from '../../../calendars.ts';
import { askMachine } from '../../../workflow/one-ask.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { openStage, type Stage } from './stage.ts';

/** Puts calls that are due at the same time in an order of its own. */
type Order = fc.Scheduler;

/** The machine kills a function at the call with this number, right before it is made or right after. */
interface Kill {
  readonly call: number;
  readonly when: 'before' | 'after';
}

/** One run of a function: counts the calls to other services, and is dead from the one it is killed at. */
class Life {
  #calls = 0;
  #dead = false;
  readonly #kill: Kill | undefined;
  readonly #order: Order | undefined;

  /** @param order decides, among all whose calls are due, who goes first */
  constructor(kill?: Kill, order?: Order) {
    this.#kill = kill;
    this.#order = order;
  }

  /** Waits until it is this one's turn to call. */
  async wait(): Promise<void> {
    await this.#order?.schedule(Promise.resolve());
  }

  /** @returns the number of the call */
  before(): number {
    this.#calls += 1;
    if (this.#kill?.call === this.#calls && this.#kill.when === 'before') this.#dead = true;
    if (this.#dead) throw new Killed();
    return this.#calls;
  }

  after(call: number): void {
    if (this.#kill?.call === call && this.#kill.when === 'after') this.#dead = true;
    if (this.#dead) throw new Killed();
  }
}

class Killed extends Error {
  override readonly name = 'Killed';
}

const lives = new AsyncLocalStorage<Life>();

/** Gives the running life a chance to interfere before and after each call of a client. */
function mortal<Input extends object, Output extends object>(client: {
  middlewareStack: Pick<MiddlewareStack<Input, Output>, 'add'>;
}) {
  return client.middlewareStack.add(
    (next) => async (args) => {
      const life = lives.getStore();
      const call = life?.before() ?? 0;
      await life?.wait();
      const answer = await next(args);
      life?.after(call);
      return answer;
    },
    { step: 'initialize', priority: 'high' },
  );
}

let table: TestTable;
let stage: Stage;
let harness: EngineHarness | undefined;
useTable(async (opened) => {
  table = opened;
  mortal(table.client);
  stage = await openStage(table);
  mortal(stage.deps.ses);
});
afterEach(() => {
  harness?.close();
  harness = undefined;
});

/** Something that happens to the ask. */
type Event =
  | { do: 'answer'; who: number; outcome: string; kill?: Kill | undefined }
  /** Time passes to the end of a number of turns. */
  | { do: 'turns'; turns: number; kill?: Kill | undefined }
  /** A turn ends while a person answers. */
  | { do: 'race'; who: number; outcome: string; kill?: Kill | undefined; turnKill?: Kill | undefined }
  | { do: 'two answers' }
  | { do: 'outage'; on: boolean }
  | { do: 'sweep' };

const kill = fc.option(
  fc.record({
    call: fc.integer({ min: 1, max: 14 }),
    when: fc.constantFrom('before' as const, 'after' as const),
  }),
  { nil: undefined, freq: 2 },
);
const outcome = fc.constantFrom('mistaken', 'upheld');
const who = fc.nat({ max: 5 });
function named<Name extends string>(name: Name) {
  return fc.constant(name);
}
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: named('answer'), who, outcome, kill }) },
  { weight: 4, arbitrary: fc.record({ do: named('turns'), turns: fc.integer({ min: 1, max: 3 }), kill }) },
  { weight: 6, arbitrary: fc.record({ do: named('race'), who, outcome, kill, turnKill: kill }) },
  { weight: 2, arbitrary: fc.record({ do: named('two answers') }) },
  { weight: 2, arbitrary: fc.record({ do: named('outage'), on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: named('sweep') }) },
);

let group = 1000;

/** An ask of its own, with all that happens to it. */
async function openAsk(order: Order) {
  group += 1;
  const id = await stage.submitted(group);
  const askId = idOfAsk(id, 'membership-review', '1');
  let outage = false;
  /** The next run of the asking function. */
  let nextLife: Life | undefined;
  const engine = createEngineHarness({
    definitions: { ask: askMachine('membership-review') },
    startAt: at(10),
    seed: group,
    invoke: async (_, payload) => {
      const { step, ...call } = payload as {
        step: string;
        now: string;
        taskToken: string;
        turn: number;
      } & AskPlan;
      const life = nextLife ?? new Life();
      nextLife = undefined;
      try {
        return await lives.run(life, async () => {
          const request = { kind: 'membership-review' as const, about: { round: 1 } };
          const { turns, expiresAt, ...turn } = call;
          if (step === 'asks/run-turn')
            return {
              done: await runTurn(deps, {
                ...{ ...turn, ...request, subject: { of: 'proposal', id } },
                plan: { turns, expiresAt },
              }),
            };
          const plan = askPlan(
            request.kind,
            packOf(await stage.store.proposals.get(id)),
            call.now,
            indonesia,
          );
          return { askId, ...request, ...plan };
        });
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        throw new LambdaFunctionError({ errorType: 'Lambda.Unknown', errorMessage: 'killed' });
      }
    },
  });
  harness?.close();
  harness = engine;

  const stepFunctions = new SFNClient({ region: 'ap-southeast-3' });
  mortal(stepFunctions);
  stepFunctions.middlewareStack.add(
    () => async (args) => {
      if (outage) throw new Error('Step Functions cannot be reached');
      const body = Buffer.from(JSON.stringify(args.input));
      try {
        await engine.service.handle({
          method: 'POST',
          path: '/',
          query: new URLSearchParams(),
          headers: { 'x-amz-target': 'AWSStepFunctions.SendTaskSuccess' },
          body,
          principal: { arn: 'arn:aws:iam::123456789012:root', owner: true },
          authorize: () => undefined,
        });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const message = { message: error.message, $metadata: {} };
        if (error.code === 'TaskTimedOut') throw new TaskTimedOut(message);
        if (error.code === 'TaskDoesNotExist') throw new TaskDoesNotExist(message);
        throw error;
      }
      return { output: { $metadata: {} }, response: undefined };
    },
    { step: 'initialize' },
  );
  const deps = { ...stage.deps, stepFunctions };
  const now = () => new Date(engine.clock.now()).toISOString();

  /** A person posts the form, by one of the links that were mailed. A kill is as if the browser lost the connection. */
  const answer = async (life: Life, { who, outcome }: { who: number; outcome: string }) => {
    const links = stage.linksOf(id);
    const secret = links[who % Math.max(1, links.length)];
    if (secret === undefined) return;
    const body = new URLSearchParams({ outcome, reason: 'Sudah diperiksa.' }).toString();
    await lives
      .run(life, () => submitAnswer(deps, { secret, body, now: now() }))
      .catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
  };
  const sweep = async () => {
    for (const ask of await stage.store.asks.answeredUnresumed())
      if (ask.subject.id === id) await resumeAsk(deps, ask, now()).catch(() => undefined);
  };
  const arn = await engine.start('ask', { proposalId: id });

  const happen = async (what: Event): Promise<void> => {
    switch (what.do) {
      case 'answer':
        await answer(new Life(what.kill), what);
        break;
      case 'two answers':
        await order.waitFor(
          Promise.all(
            ['mistaken', 'upheld'].map((outcome, who) =>
              answer(new Life(undefined, order), { who, outcome }),
            ),
          ),
        );
        break;
      case 'turns':
        nextLife = new Life(what.kill);
        for (let turn = 0; turn < what.turns; turn += 1) await engine.skip();
        break;
      case 'race':
        nextLife = new Life(what.turnKill, order);
        await order.waitFor(Promise.all([engine.skip(), answer(new Life(what.kill, order), what)]));
        break;
      case 'outage':
        outage = what.on;
        break;
      case 'sweep':
        await sweep();
    }
    await engine.settle();
  };

  /** Everything works again: what waits is swept, what failed is redriven, and time passes until the end. */
  const heal = async () => {
    outage = false;
    nextLife = undefined;
    await sweep();
    await engine.settle();
    const swept = await stage.store.asks.find(id, askId);
    if (swept?.status === 'answered') expect(engine.status(arn).status).not.toBe('RUNNING');
    for (let rounds = 0; engine.status(arn).status !== 'SUCCEEDED'; rounds += 1) {
      if (rounds > 60) throw new Error(`The ask does not end: ${JSON.stringify(engine.status(arn))}`);
      if (engine.status(arn).status === 'FAILED') await engine.redrive(arn);
      await engine.settle();
      if (engine.status(arn).status === 'RUNNING') await engine.skip();
    }
  };
  return { id, askId, arn, engine, happen, heal };
}

const events = fc.array(event, { minLength: 1, maxLength: 5 });

it('ends with one outcome, the same everywhere, whatever went wrong on the way', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.nat({ max: 3 }), events, async (order, turns, events) => {
      const { id, askId, arn, engine, happen, heal } = await openAsk(order);
      await happen({ do: 'turns', turns });
      for (const each of events) await happen(each);
      await heal();

      const output = engine.status(arn).output as { outcome: string };
      const ask = await stage.store.asks.get(id, askId);
      expect(ask.status === 'answered' ? ask.outcome : ask.status).toBe(output.outcome);

      const chain = await stage.store.audit.list({ proposalId: id });
      const ends = chain.filter(
        ({ action, facts }) => facts.askId === askId && /answered|expired/.test(action),
      );
      expect(ends.map(({ facts }) => facts.outcome ?? 'expired')).toEqual([output.outcome]);
      expect(chain.filter(({ action }) => action === 'ask.opened')).toHaveLength(1);
      expect(await stage.store.audit.verify({ proposalId: id })).toMatchObject({ sound: true });

      const { involvements } = await stage.store.proposals.get(id);
      expect(involvements).toHaveLength(ask.status === 'answered' ? 1 : 0);
      for (const { personId, askId: open } of await assignments())
        expect([personId, open]).not.toContain(askId);
      expect((await stage.store.asks.answeredUnresumed()).map((each) => each.id)).not.toContain(askId);
    }),
    { numRuns: 20 },
  );
});

async function assignments() {
  return (
    await Promise.all(['vera', 'vino', 'nobody'].map((person) => stage.store.assignments.of(person)))
  ).flat();
}

it('ends with one outcome in whatever order an answer and the end of the time take their steps', async () => {
  const id = await stage.submitted(999);
  const kind = 'membership-review';
  let number = 0;
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (order) => {
      number += 1;
      const key = String(number);
      const plan = await stage.planned(id, kind, at(10));
      const turn = (of: number, taskToken: string, now: string) =>
        runTurn(stage.deps, {
          subject: { of: 'proposal', id },
          kind,
          about: { round: number },
          plan,
          turn: of,
          taskToken,
          now,
        });
      await turn(0, `first ${key}`, at(10));
      const askId = idOfAsk(id, kind, key);
      const { expiresAt } = await stage.store.asks.get(id, askId);
      const answer = { outcome: 'upheld' as const, reason: 'Sudah diperiksa.' };
      const by = { kind: 'person' as const, id: 'vera' };
      await order.waitFor(
        Promise.all([
          lives.run(new Life(undefined, order), () => turn(99, `last ${key}`, expiresAt)),
          lives.run(new Life(undefined, order), () =>
            recordAndResume(stage.deps, { askId, answer, by, now: expiresAt }),
          ),
        ]),
      );
      const ask = await stage.store.asks.get(id, askId);
      const chain = await stage.store.audit.list({ proposalId: id });
      const ends = chain.filter(({ action, facts }) => facts.askId === askId && action !== 'ask.opened');
      expect(ends.map(({ action }) => action)).toEqual([`ask.${ask.status}`]);
      const resumed = stage.resumed.filter(({ taskToken }) => taskToken === `last ${key}`);
      expect(resumed.map((each) => each.outcome)).toEqual([ask.status === 'answered' ? 'upheld' : 'expired']);
    }),
    { numRuns: 25 },
  );
});
