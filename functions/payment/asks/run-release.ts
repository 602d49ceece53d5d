/** The release of a payment run: what the treasurer sees, and that the run is released or held in the transaction of the answer. */
import { holdRun, releaseRun } from '#domain/money/payment-run.ts';
import { event } from '#domain/proposal/events.ts';
import { problem } from '#domain/text/problem.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { runOverview } from '#functions/payment/run-overview.ts';

/** The run was withdrawn, or decided about, before this answer. */
class RunDecided extends Error {
  override readonly name = 'RunDecided';
  constructor(runId: string) {
    super(`Payment run ${runId} waits for no decision any more.`);
  }
}

export const runRelease: Behaviour<'run-release'> = {
  page: { overview: runOverview },
  async consequences({ runs }, { run, answer, by, now }) {
    if (run.state !== 'gathered' || by.kind !== 'person') throw new RunDecided(run.id);
    const { id: runId, count, sum } = run;
    // What was decided over: the hash of each file stands in the event under the file's name.
    const files = await runs.files(runId);
    const hashes = Object.fromEntries(files.map(({ rail, sha256 }) => [rail, sha256]));
    return answer.outcome === 'released'
      ? {
          changes: [runs.put(run, releaseRun(run, by.id, now))],
          events: [event(now, 'run.released', { runId, count, sum, code: true, ...hashes }, by)],
        }
      : {
          changes: [runs.put(run, holdRun(run, by.id, answer.reason, now))],
          events: [event(now, 'run.withdrawn', { runId, count, sum, why: 'held', ...hashes }, by)],
        };
  },
  refusal: (error) => (error instanceof RunDecided ? problem('ask-not-answerable', 'outcome') : undefined),
};
