/**
 * Messages leave as in the cloud, but within the call that wrote them: the nudge runs the real sender. Whoever wrote does not learn
 * how that went, as with an asynchronous invocation; the test does.
 */
import { type SenderDeps, sendQueued } from '#functions/asks/send-queued.ts';
import type { Post } from '#functions/notifications/write-message.ts';

/** What writes messages is given, besides what the sender is given. */
export interface Posting extends Post {
  /** What the sender threw. */
  unsent: unknown[];
}

/**
 * The deps with a post whose sender works with them as they are at the time: a service that a test takes the place of is the
 * sender's too.
 */
export function posting<Deps extends SenderDeps>(deps: Deps): Deps & Posting {
  const unsent: unknown[] = [];
  const all: Deps & Posting = {
    ...deps,
    canReply: deps.replyTo !== undefined,
    byText: deps.texts !== undefined,
    unsent,
    nudge: async (ids, now) => {
      try {
        await sendQueued(all, ids, now);
      } catch (error) {
        unsent.push(error);
      }
    },
  };
  return all;
}
