/** The page of an ask that the reader cannot answer: a sentence, and which proposal it is about. */
import { kindOf } from '#domain/asks/ask-kinds.ts';
import type { Bilingual } from '#domain/text/bilingual.ts';
import type { OpenedAsk } from '#functions/asks/ask-context.ts';
import { groupNameIn } from '#functions/notifications/recipients.ts';
import type { HttpAnswer } from '#functions/runtime/handler.ts';
import { factTable } from '#functions/web/fragments.ts';
import { html } from '#functions/web/markup.ts';
import { inBoth, page } from '#functions/web/page.ts';

/** @param text why there is nothing to answer */
export function closedPage(
  { ask, state }: Pick<OpenedAsk, 'ask' | 'state'>,
  text: Bilingual,
  statusCode = 200,
): HttpAnswer {
  return page(statusCode, kindOf(ask.kind).form.title, [
    html`<p>${inBoth(text)}</p>`,
    factTable([
      [{ id: 'Kelompok', en: 'Group' }, groupNameIn(state)],
      [{ id: 'Nomor proposal', en: 'Proposal number' }, state.id],
    ]),
  ]);
}
