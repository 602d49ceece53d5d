/**
 * A stage to play machines on: the real definitions on the engine in virtual time, functions that answer as their
 * contracts say, and people, a bank and uploads that do what a test asks of them.
 */

import { aboutText } from '#domain/asks/about.ts';
import { planOf } from '#domain/asks/ask.ts';
import { askIdOf } from '#domain/asks/ask-id.ts';
import type { AskKind } from '#domain/asks/ask-kinds.ts';
import { readAboutOf } from '#domain/asks/ask-kinds.ts';
import type { AnyAbout } from '#domain/asks/kind.ts';
import type { FollowUpItem } from '#domain/training/training.ts';
import { lambdaOf } from '#functions/lambdas.ts';
import { type MachineName, machineNames } from '#functions/machines.ts';
import { AwsError } from '#local/gateway/aws-error.ts';
import { createEngineHarness, type HarnessStatus } from '#local/step-functions/testing.ts';
import { definition } from '#workflows/definition.ts';
import type { References } from '#workflows/references.ts';
import { type CalledFunction, contracts, isCalled } from './contracts.ts';

/** Never an answer. */
export const silence = 'silence';

/** An answer at once, or in a later turn, or `silence`. */
export type Reply = string | { readonly outcome: string; readonly turn: number };

/** What everyone does; one for all times, or a list for the first time, the second, and so on. */
export interface Script {
  readonly people?: Partial<Record<AskKind, Reply | readonly Reply[]>>;
  /** What the bank says to each instruction; `silence` is none. */
  readonly bank?: Reply | readonly Reply[];
  /** Whether attachments that are waited for arrive. */
  readonly attachments?: Reply;
  /** What functions return instead of the straight way's answer, or what they throw. */
  readonly functions?: Partial<Record<CalledFunction, Result | readonly Result[]>>;
  /** How many turns an ask has, the last being its expiry. */
  readonly turns?: number;
  readonly startAt?: string;
}

type Result = Readonly<Record<string, unknown>> | Error;

/** One call of a function. */
interface Call {
  readonly name: CalledFunction;
  readonly payload: Readonly<Record<string, unknown>>;
}

const turnSeconds = 3 * 86_400;

/** What a run that was gathered looks like; the bank's cut-off is two hours after the stage's beginning. */
export const gathered = {
  ...{ outcome: 'gathered', runId: 'R-1', rails: ['bulk-text'] },
  ...{ remindAt: '2026-01-05T02:30:00.000Z', cutOffAt: '2026-01-05T03:00:00.000Z' },
  ask: {
    ...{ askId: 'R-1.run-release', kind: 'run-release', about: { round: 1 } },
    ...planOf([
      { do: 'ask', at: '2026-01-05T01:00:00.000Z' },
      { do: 'remind', at: '2026-01-05T02:30:00.000Z' },
      { do: 'expire', at: '2026-01-05T03:00:00.000Z' },
    ]),
  },
};

/** What functions answer on the straight way. */
const straight: Partial<Record<CalledFunction, Readonly<Record<string, unknown>>>> = {
  'submission/register-proposal': { outcome: 'complete', waitSeconds: 3600 },
  'verification/run-checks': {
    outcome: 'passed',
    correction: { revision: 1, round: 1 },
    membershipNeeded: true,
    visitNeeded: true,
  },
  'approval/open-approval': {
    steps: [
      { index: 1, role: 'ppk' },
      { index: 2, role: 'kpa' },
    ],
    returnsLeft: 1,
    budgetWaitDays: 2,
  },
  'approval/award-grant': { outcome: 'awarded', tranches: [1], works: false },
  'payment/open-tranche': {
    bankAnswerSeconds: 2 * 86_400,
    accountCorrections: 2,
    paperReturns: 2,
  },
  'payment/claim-account': { outcome: 'claimed' },
  'payment/draft-papers': { signedByGroup: true },
  'payment/gather-payments': gathered,
  'payment/send-run': { outcome: 'sent', files: 1 },
  'payment/withdraw-run': { outcome: 'withdrawn', why: 'not-released' },
  'payment/record-receipts': { confirmed: 15, denied: 0, of: 20 },
  'payment/settle-deposit': { outcome: 'deposited' },
  'training/open-training': { items: [] },
  'training/record-overdue': { outcome: 'recorded' },
  'public-works/open-muster-roll': { opensAt: '2026-06-01T02:00:00Z', turns: 4 },
  'public-works/check-muster-roll': { outcome: 'accepted' },
  'closing/record-rejection': { outcome: 'rejected', mayObject: true, appealRole: 'pa' },
  'closing/reopen-proposal': { outcome: 'granted' },
  'closing/uphold-rejection': { outcome: 'final' },
  'closing/close-proposal': { outcome: 'closed', result: 'complete' },
};

/** What people answer on the straight way. */
const willing: Readonly<Record<AskKind, Reply>> = {
  correction: 'revised',
  membership: 'quorum',
  'membership-review': 'mistaken',
  'site-visit': 'pass',
  approval: 'approve',
  objection: 'accepted',
  appeal: 'dismissed',
  'tranche-documents': 'provided',
  spp: 'issued',
  spm: 'issued',
  sp2d: 'issued',
  'bank-inquiry': 'wait',
  'account-acceptance': 'accepted',
  'account-correction': 'corrected',
  receipt: 'quorum',
  'receipt-review': 'release',
  'training-session': 'held',
  'mentor-visit': 'visited',
  outcome: 'recorded',
  'muster-roll': 'handed-in',
  lpj: 'submitted',
  'deposit-billing': 'issued',
  'deposit-slip': 'deposited',
  'deposit-check': 'confirmed',
  'payment-hold': 'freed',
  'run-release': 'released',
};

/** Sets the stage; call `play` once, `close` at the end. */
export function setStage(script: Script = {}) {
  const calls: Call[] = [];
  /** With what it is about as text. */
  const withKey = ({ kind = 'deposit-check', about, ...payload }: Record<string, unknown>) =>
    about === undefined
      ? payload
      : { ...payload, kind, about, key: aboutText(kind as AskKind, about as AnyAbout) };
  const counts = new Map<string, number>();
  const answers: { token: string; output: object }[] = [];
  const turns = script.turns ?? 3;

  /** The entry of a list for this occasion: the last one from there on. */
  const nth = <Entry>(what: string, list: Entry | readonly Entry[]): Entry => {
    const time = counts.get(what) ?? 0;
    counts.set(what, time + 1);
    if (!Array.isArray(list)) return list as Entry;
    return (list as readonly Entry[])[Math.min(time, list.length - 1)] as Entry;
  };
  /** Replies by ask, so that later turns of the same ask follow the same script. */
  const replies = new Map<string, Reply>();

  /** Turns of the same length, from now on. */
  const planFrom = (now: string) => {
    const after = (count: number) => new Date(Date.parse(now) + count * turnSeconds * 1000).toISOString();
    return {
      turns: Array.from({ length: turns }, (_, index) => ({
        do: index === 0 ? 'ask' : index === turns - 1 ? 'expire' : 'remind',
        at: after(index),
        until: after(index + 1),
      })),
      expiresAt: after(turns - 1),
    };
  };

  /** What became of the last payment; a person who is asked about it settles it. */
  let bankAnswer = 'settled';

  const plannedAsk = (proposalId: string, kind: AskKind, about: unknown, from: string) => {
    const read = readAboutOf(kind, about);
    return { askId: askIdOf(proposalId, kind, read), kind, about: read, ...planFrom(from) };
  };
  const withPlans = (proposalId: string, { items }: Readonly<Record<string, unknown>>) => ({
    items: (items as readonly FollowUpItem[]).map(({ opensAt, kind, about }) => ({
      opensAt,
      ...plannedAsk(proposalId, kind, about, opensAt),
    })),
  });

  const answerOf = (name: CalledFunction, payload: Record<string, unknown>): unknown => {
    const scripted = script.functions?.[name];
    if (scripted !== undefined) {
      const result = nth<Result>(name, scripted);
      if (result instanceof Error) throw result;
      // Each item of the follow-up brings the schedule of its ask.
      return name === 'training/open-training' ? withPlans(String(payload.proposalId), result) : result;
    }
    const token = String(payload.taskToken);
    if (name === 'asks/plan-ask') {
      const { kind, now } = payload as { kind: AskKind; now: string };
      return plannedAsk(String(payload.proposalId), kind, payload.about, now);
    }
    if (name === 'asks/run-turn') {
      const kind = payload.kind as AskKind;
      const askId = String(payload.askId);
      let reply = replies.get(askId);
      if (reply === undefined) {
        reply = nth<Reply>(kind, script.people?.[kind] ?? willing[kind]);
        replies.set(askId, reply);
      }
      const last = payload.turn === turns - 1;
      const { outcome: decided, turn } = typeof reply === 'string' ? { outcome: reply, turn: 0 } : reply;
      const outcome = decided !== silence && turn <= Number(payload.turn) ? decided : undefined;
      if (outcome !== undefined || last)
        answers.push({ token, output: { outcome: outcome ?? 'expired', askId } });
      return {};
    }
    if (name === 'payment/instruct-bank') {
      const reply = nth<Reply>('bank', script.bank === undefined ? 'settled' : script.bank);
      if (reply !== silence) answers.push({ token, output: { outcome: reply } });
      bankAnswer = reply === silence ? 'settled' : String(reply);
      return {};
    }
    if (name === 'payment/settle-tranche') return { outcome: bankAnswer, remaining: 0 };
    if (name === 'payment/leave-unpaid') return { outcome: 'unpaid', reason: payload.reason };
    if (name === 'submission/await-attachments') {
      if (script.attachments !== silence) answers.push({ token, output: { outcome: 'complete' } });
      return {};
    }
    return straight[name] ?? {};
  };

  const harness = createEngineHarness({
    definitions: Object.fromEntries(machineNames.map((name) => [name, definition(name, stageReferences)])),
    ...(script.startAt === undefined ? {} : { startAt: script.startAt }),
    invoke: (functionName, payload) => {
      const { step: name, ...event } = payload as { step: string };
      if (!isCalled(name)) throw new AwsError('ResourceNotFoundException', `No contract for ${name}.`, 404);
      if (!functionName.endsWith(`:${lambdaOf(name)}`))
        throw new AwsError('ResourceNotFoundException', `${functionName} does not carry ${name}.`, 404);
      const parsed = contracts[name].parse(event) as Record<string, unknown>;
      calls.push({ name, payload: withKey(parsed) });
      return answerOf(name, parsed);
    },
  });

  /** Resumes the state that waits for the answer; one that another branch's failure has ended waits no longer. */
  const resume = (token: string, output: object) =>
    harness.sendTaskSuccess(token, output).catch((error: unknown) => {
      if (!(error instanceof AwsError) || error.code !== 'TaskTimedOut') throw error;
    });

  /** Plays an execution to its end, skipping from wait to wait; at most 1000 of them. */
  const playOn = async (arn: string): Promise<HarnessStatus & { arn: string }> => {
    for (let steps = 0; steps < 1000; steps += 1) {
      const status = harness.status(arn);
      if (status.status !== 'RUNNING') return { ...status, arn };
      const answer = answers.shift();
      if (answer !== undefined) await resume(answer.token, answer.output);
      else if (!(await harness.skip())) throw new Error(`${arn} waits for something that never comes.`);
    }
    throw new Error(`${arn} did not end in 1000 steps.`);
  };

  return {
    harness,
    calls,
    /** Starts a machine and plays it to its end. */
    play: async (machine: MachineName, input: object, name?: string) =>
      playOn(await harness.start(machine, input, name)),
    /** Redrives an execution that failed and plays it to its end. */
    redrive: async (arn: string) => {
      await harness.redrive(arn);
      return playOn(arn);
    },
    /** The payloads that a function was called with, oldest first. */
    callsOf: (name: CalledFunction) => calls.filter((call) => call.name === name).map((call) => call.payload),
    /** What all asks of a kind are about, as text, in the order of their first turn. */
    askedKeys: (kind: AskKind) => [
      ...new Set(
        calls
          .filter((call) => call.name === 'asks/run-turn' && call.payload.kind === kind)
          .map((call) => call.payload.key),
      ),
    ],
    close: () => harness.close(),
  };
}

function machineArn(name: MachineName) {
  return `arn:aws:states:ap-southeast-3:123456789012:stateMachine:${name}`;
}

/** The engine's own account. */
const stageReferences: References = {
  functionArn: (step) => `arn:aws:lambda:ap-southeast-3:123456789012:function:${lambdaOf(step)}`,
  machine: (name) => ({
    machineArn: machineArn(name),
    aliasArn: `${machineArn(name)}:live`,
    executionsArn: `${machineArn(name).replace('stateMachine', 'execution')}:*`,
  }),
  childEndedRuleArn: 'arn:aws:events:ap-southeast-3:123456789012:rule/ended',
};
