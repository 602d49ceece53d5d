/** The page of an ask that the reader cannot answer: a sentence, and which proposal it is about. */
import { askForms } from '#domain/ask-forms.ts';
import { html } from '#functions/people/markup.ts';
import type { OpenedLink } from '#functions/people/opened-link.ts';
import { inBoth, page } from '#functions/people/pages/page.ts';
import { factTable } from '#functions/people/pages/parts.ts';
import type { Bilingual } from '#functions/people/words.ts';
import type { HttpAnswer } from '#functions/shared/handler.ts';
import { groupNameOf } from '#functions/shared/recipients.ts';

/** @param text why there is nothing to answer */
export const closedPage = (
  { ask, proposal }: Pick<OpenedLink, 'ask' | 'proposal'>,
  text: Bilingual,
  statusCode = 200,
): HttpAnswer =>
  page(statusCode, askForms[ask.kind].title, [
    html`<p>${inBoth(text)}</p>`,
    factTable([
      [{ id: 'Kelompok', en: 'Group' }, groupNameOf(proposal)],
      [{ id: 'Nomor proposal', en: 'Proposal number' }, proposal.id],
    ]),
  ]);
