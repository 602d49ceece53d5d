/** Moves what a message asked for, when it never reaches who was asked: to another way, or to the administrators. */
import { createHash } from 'node:crypto';
import { both } from '#domain/text/bilingual.ts';
import { isAnswerable, openMailedAsk } from '#functions/asks/ask-context.ts';
import { addresseeOf } from '#functions/asks/ask-mails.ts';
import {
  type EscalateDeps,
  isOnItsWay,
  notifyOrEscalate,
  notifyUnreached,
} from '#functions/asks/notify-or-escalate.ts';
import { findSubject } from '#functions/asks/subject.ts';
import type { AboutAsk } from '#functions/store/messages.ts';
import type { Store } from '#functions/store/store.ts';

export interface MoveDeps extends EscalateDeps {
  store: Store;
}

/** `marked`: the message asked for nothing that is still awaited. `moved`: a message is on its way. */
export type Moved = 'marked' | 'moved' | 'reported';

/**
 * Sees to it that what a message asked for does not wait for a person whom it never reached.
 *
 * @param message the one that did not arrive, or that no service takes
 * @param masked whom it was to reach, as administrators may read it
 */
export async function moveOn(
  deps: MoveDeps,
  { id, subjectId, about }: { id: string; subjectId: string; about: AboutAsk | undefined },
  masked: string,
  now: string,
): Promise<Moved> {
  const subject = await findSubject(deps.store, subjectId);
  if (subject === undefined) return 'marked';
  const who = both(masked);
  if (about === undefined) {
    await notifyUnreached(deps, subject, { who, now });
    return 'reported';
  }
  const opened = await openMailedAsk(deps.store, about);
  // The person who is asked by now was written to separately.
  if (opened === undefined || !isAnswerable(opened, now) || opened.barred !== undefined) return 'marked';
  const { ask } = opened;
  const to = addresseeOf(subject, ask, opened.person);
  if (to === undefined || ask.status !== 'open') return 'marked';
  const once = createHash('sha256').update(id).digest('hex').slice(0, 16);
  const sending = await notifyOrEscalate(deps, subject, ask, {
    template: 'ask',
    turn: `moved ${once}`,
    to,
    now,
  });
  return isOnItsWay(sending) ? 'moved' : 'reported';
}
