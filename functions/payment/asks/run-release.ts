/**
 * The release of a payment run: what the treasurer sees, and that the run is released, reduced or held in the transaction of the answer.
 * Payments that are held are taken out afterwards (`gather-payments.ts`), before the files are written and the release is asked for again.
 */
import {
  holdRun,
  isFileOf,
  maxHeldPayments,
  type PaymentRun,
  reduceRun,
  releaseRun,
  withoutHeld,
} from '#domain/money/payment-run.ts';
import type { RunFile } from '#domain/money/run-file.ts';
import { type Problem, problem } from '#domain/text/problem.ts';
import type { AnswerObjects, Behaviour } from '#functions/asks/behaviour.ts';
import { isAltered } from '#functions/payment/prepared-files.ts';
import { runOverview } from '#functions/payment/run-overview.ts';
import type { Store } from '#functions/store/store.ts';
import { lastSegment } from '#functions/web/link.ts';

/** The run was withdrawn, or decided about, before this answer. */
class RunDecided extends Error {
  override readonly name = 'RunDecided';
  constructor(runId: string) {
    super(`Payment run ${runId} waits for no decision any more.`);
  }
}

export const runRelease: Behaviour<'run-release'> = {
  page: { overview: runOverview },
  async check({ runs }, { run }, answer, _, objects) {
    switch (answer.outcome) {
      case 'released':
        return alteredFiles(objects, await filesOf(runs, run));
      case 'partly-held':
        return unknownPayments(runs, run, answer.payments);
      case 'held':
        return [];
    }
  },
  async consequences({ runs }, { run, ask, answer, by, now }) {
    if (run.state !== 'gathered' || by.kind !== 'person') throw new RunDecided(run.id);
    const decidedOver = { personId: by.id, files: await filesOf(runs, run) };
    switch (answer.outcome) {
      case 'released': {
        const { run: released, events } = releaseRun(run, decidedOver, now);
        return { changes: [runs.put(run, released)], events };
      }
      case 'held': {
        const { run: held, events } = holdRun(run, { ...decidedOver, reason: answer.reason }, now);
        return { changes: [runs.put(run, held)], events };
      }
      case 'partly-held': {
        const members = await runs.payments(run.id);
        const held = members.filter(({ endToEndId }) => answer.payments.includes(endToEndId));
        const decision = { ...decidedOver, reason: answer.reason, askId: ask.id, held };
        const { run: reduced, events } = reduceRun(run, members, decision, now);
        return { changes: [runs.put(run, reduced)], events };
      }
    }
  },
  refusal: (error) => (error instanceof RunDecided ? problem('ask-not-answerable', 'outcome') : undefined),
};

/** The files that are decided about. */
async function filesOf(runs: Pick<Store['runs'], 'files'>, run: PaymentRun): Promise<RunFile[]> {
  return (await runs.files(run.id)).filter((file) => isFileOf(run, file));
}

/** What goes to the bank is what was written, or nothing. */
async function alteredFiles(objects: AnswerObjects, files: readonly RunFile[]): Promise<Problem[]> {
  const altered = await Promise.all(files.map((file) => isAltered(objects, file)));
  return files
    .filter((_, index) => altered[index])
    .map(({ key }) => problem('run-file-altered', 'outcome', { file: lastSegment(key) }));
}

async function unknownPayments(
  runs: Pick<Store['runs'], 'payments'>,
  run: PaymentRun,
  payments: readonly string[],
): Promise<Problem[]> {
  const inRun = new Set(withoutHeld(run, await runs.payments(run.id)).map(({ endToEndId }) => endToEndId));
  const strange = payments.filter((id) => !inRun.has(id));
  const quoted = strange.slice(0, 5).map((id) => id.slice(0, 40));
  const heldBefore = run.holds.reduce((sum, { payments: held }) => sum + held.length, 0);
  const facts = { payments: quoted.join(', '), count: strange.length };
  return [
    ...(strange.length === 0 ? [] : [problem('payments-not-in-run', 'payments', facts)]),
    ...(heldBefore + payments.length <= maxHeldPayments
      ? []
      : [problem('payments-too-many', 'payments', { max: maxHeldPayments })]),
  ];
}
