/** The page of an ask that the reader cannot answer: a sentence, and what it is about. */
import { kindOf } from '#domain/asks/ask-kinds.ts';
import type { Bilingual } from '#domain/text/bilingual.ts';
import type { OpenedAsk } from '#functions/asks/ask-context.ts';
import type { SubjectHead } from '#functions/asks/subject.ts';
import { subjectRows } from '#functions/notifications/messages/subject-facts.ts';
import type { HttpAnswer } from '#functions/runtime/handler.ts';
import { type Fact, factTable } from '#functions/web/fragments.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth, page } from '#functions/web/page.ts';

/** @param text why there is nothing to answer @param overview what is shown of the subject, where that is more */
export function closedPage(
  { ask, subject }: Pick<OpenedAsk, 'ask' | 'subject'>,
  text: Bilingual,
  statusCode = 200,
  overview?: Piece,
): HttpAnswer {
  return page(statusCode, kindOf(ask.kind).form.title, [
    html`<p>${inBoth(text)}</p>`,
    overview ?? factTable(factsOfSubject(subject)),
  ]);
}

/** What an ask is about, as a page says it. */
export function factsOfSubject({ facts }: Pick<SubjectHead, 'facts'>): Fact[] {
  return subjectRows(facts).map(([label, text]): Fact => [label, text.id]);
}
