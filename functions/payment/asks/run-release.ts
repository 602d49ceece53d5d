/** The release of a payment run: what the treasurer sees, and that the run is released or held in the transaction of the answer. */
import { holdRun, releaseRun } from '#domain/money/payment-run.ts';
import { problem } from '#domain/text/problem.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { isAltered } from '#functions/payment/prepared-files.ts';
import { runOverview } from '#functions/payment/run-overview.ts';
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
  /** What goes to the bank is what was written, or nothing. */
  async check({ runs }, { run }, { outcome }, _, objects) {
    if (outcome !== 'released') return [];
    const files = await runs.files(run.id);
    const altered = await Promise.all(files.map((file) => isAltered(objects, file)));
    return files
      .filter((_, index) => altered[index])
      .map(({ key }) => problem('run-file-altered', 'outcome', { file: lastSegment(key) }));
  },
  async consequences({ runs }, { run, answer, by, now }) {
    if (run.state !== 'gathered' || by.kind !== 'person') throw new RunDecided(run.id);
    const decidedOver = { personId: by.id, files: await runs.files(run.id) };
    const { run: decided, events } =
      answer.outcome === 'released'
        ? releaseRun(run, decidedOver, now)
        : holdRun(run, { ...decidedOver, reason: answer.reason }, now);
    return { changes: [runs.put(run, decided)], events };
  },
  refusal: (error) => (error instanceof RunDecided ? problem('ask-not-answerable', 'outcome') : undefined),
};
