/**
 * What a step reports to people, in the transaction of what it did (ADR 0038): a function that dies after its commit loses no
 * message, a commit that fails leaves none, and a step that finds its work done reports nothing again.
 */
import type { MessageDeps } from '#functions/notifications/write-message.ts';
import type { Change } from '#functions/store/commit.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';

/** The messages about what is being done, as changes of its transaction. Called again where another writer was faster. */
export type Report<Done> = (done: Done) => Promise<Change[]>;

/** Of a step about which no one is notified. */
export async function unreported(): Promise<Change[]> {
  return [];
}

/**
 * Lets a step write its messages in its own transaction, and tells their sender after it.
 *
 * @param now business time of the step, ISO 8601
 * @param write the messages about what was done
 * @param step gets what it adds to the changes of its commit
 * @returns what the step returned
 */
export async function reporting<Done, Result>(
  deps: MessageDeps,
  now: string,
  write: (done: Done) => Promise<QueuedMessage[]>,
  step: (report: Report<Done>) => Promise<Result>,
): Promise<Result> {
  const queued = new Set<string>();
  const result = await step(async (done) => {
    const { ids, changes } = deps.store.outbox.put(await write(done), now);
    for (const id of ids) queued.add(id);
    return changes;
  });
  await deps.nudge([...queued], now);
  return result;
}
