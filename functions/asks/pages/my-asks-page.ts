/** The page of a person who has signed in: all that waits for them, from their own items, with room to answer several. */

import { codedOutcomes } from '#domain/asks/ask.ts';
import { type AskKind, kindOf } from '#domain/asks/ask-kinds.ts';
import { type AskForm, type FormFields, formFor } from '#domain/asks/forms.ts';
import { formatRupiah, type Rupiah } from '#domain/money/rupiah.ts';
import type { Person } from '#domain/people/person.ts';
import { type Bilingual, writtenDate, writtenMoment, writtenProblem } from '#domain/text/bilingual.ts';
import type { Problem } from '#domain/text/problem.ts';
import { factsOfAssignment } from '#functions/asks/subject.ts';
import { type SubjectFacts, subjectNumber } from '#functions/notifications/messages/subject-facts.ts';
import type { HttpAnswer } from '#functions/runtime/handler.ts';
import type { Assignment } from '#functions/store/assignments.ts';
import { sharedCodeField } from '#functions/web/code-field.ts';
import { formFields, outcomeName } from '#functions/web/form-fields.ts';
import { type Fact, factTable } from '#functions/web/fragments.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth, page as wholePage } from '#functions/web/page.ts';

/** The maximum of asks on one page: with everything that can be wrong with them, it stays below 60 KB. */
export const rowsOnPage = 7;

/** What became of one answer. */
export type AnswerResult = {
  askId: string;
  /** Absent for an ask that is not the person's. */
  about?: { kind: AskKind; subject: SubjectFacts };
} & (
  | { became: 'recorded'; outcome: string }
  /** Another answer was faster, or the time was up. */
  | { became: 'closed' }
  /** The person may not answer this one, or not any more. */
  | { became: 'four-eyes' | 'not-asked' | 'unknown' | 'code-locked' }
  /** It moves money, and no one-time code came with it. */
  | { became: 'code-missing' }
  /** Nothing was recorded: this is wrong with it. */
  | { became: 'refused'; problems: readonly Problem[]; values: FormFields }
  /** Nothing was recorded because something failed on our side. */
  | { became: 'failed'; values: FormFields }
);

export interface MyAsks {
  person: Person;
  /** All that the person is asked for now, in any order. */
  asks: readonly Assignment[];
  /** Which part of them is shown, from 1. */
  page: number;
  /** Whether the person has an authenticator for one-time codes. */
  enrolled: boolean;
  /** What became of the answers that were posted. */
  attempt?: { results: readonly AnswerResult[] };
}

/** Which part of the list is wanted, by the address. */
export function pageAsked(halaman: string | undefined): number {
  return Math.max(1, Number.parseInt(halaman ?? '1', 10) || 1);
}

const title: Bilingual = { id: 'Tugas saya', en: 'My asks' };

/** Soonest deadline first; among equals by id, so that the order stays. */
export function soonestFirst(asks: readonly Assignment[]): Assignment[] {
  return asks.toSorted((one, other) =>
    `${one.expiresAt}${one.askId}` < `${other.expiresAt}${other.askId}` ? -1 : 1,
  );
}

/** Status 422 when something in the answers that were posted was wrong, or nothing was answered. */
export function myAsksPage({ person, asks, page, enrolled, attempt }: MyAsks): HttpAnswer {
  const all = soonestFirst(asks);
  const pages = Math.max(1, Math.ceil(all.length / rowsOnPage));
  const shown = Math.min(Math.max(1, page), pages);
  const rows = all.slice((shown - 1) * rowsOnPage, shown * rowsOnPage);
  const results = attempt?.results ?? [];
  const isWrong = attempt !== undefined && (results.length === 0 || results.some(isProblem));
  return wholePage(isWrong ? 422 : 200, title, [
    attempt !== undefined && outcomes(results, new Set(rows.map(({ askId }) => askId))),
    html`<p>${inBoth(waiting(all.length))} <bdi>${person.name}</bdi></p>`,
    rows.length > 0 &&
      html`<form method="post" data-answers="true">
${rows.map((row, index) => rowOf(row, (shown - 1) * rowsOnPage + index + 1, results))}
${rows.some((row) => isQuick(row) && codedOutcomes(row.kind).length > 0) && codePart(enrolled, results)}
${rows.some(isQuick) && submit}
</form>`,
    pages > 1 && pageLinks(shown, pages),
    html`<form method="post" action="keluar"><button type="submit">${inBoth({ id: 'Keluar', en: 'Sign out' })}</button></form>`,
  ]);
}

function waiting(count: number): Bilingual {
  return {
    id: count === 0 ? 'Tidak ada yang menunggu Anda,' : `${count} permintaan menunggu jawaban Anda,`,
    en:
      count === 0
        ? 'Nothing waits for you,'
        : `${count} ${count === 1 ? 'request waits' : 'requests wait'} for you,`,
  };
}

const submit: Piece = html`<p>${inBoth({
  id: 'Isi yang ingin Anda jawab sekarang; yang lain tetap menunggu.',
  en: 'Fill in those that you answer now; the others go on waiting.',
})}</p>
<button type="submit">${inBoth({ id: 'Kirim semua jawaban', en: 'Send all answers' })}</button>`;

/** One code for all that is answered at once, with what was wrong with the last. */
function codePart(enrolled: boolean, results: readonly AnswerResult[]): Piece {
  const problems = results
    .flatMap((result) => (result.became === 'refused' ? result.problems : []))
    .filter(({ where }) => where === codeName);
  const form: Pick<AskForm, 'fields'> = { fields: [sharedCodeField(enrolled)] };
  return formFields({ form, values: {}, problems: problems.slice(0, 1), members: [] });
}

/** The field that belongs to no row. */
const codeName = 'code';

/** Whether the form is short enough to be one of many on a page: a choice and what to say about it. */
function isQuick({ kind, role }: Pick<Assignment, 'kind' | 'role'>): boolean {
  const { form, ofTheDay } = kindOf(kind);
  const { fields } = formFor(form, role);
  return (
    ofTheDay !== true &&
    fields.some(({ name }) => name === 'outcome') &&
    fields.every(({ name }) => name === 'outcome' || name === 'reason' || name === 'note')
  );
}

function prefixOf(askId: string) {
  return `${askId}.`;
}

function rowOf(ask: Assignment, number: number, results: readonly AnswerResult[]): Piece {
  const form = formFor(kindOf(ask.kind).form, ask.role);
  const { values, problems } = triedBefore(results.find(({ askId }) => askId === ask.askId));
  return html`<section aria-labelledby="ask-${number}"><h2 id="ask-${number}">${number}. ${form.title.id} – <bdi>${nameOf(factsOfAssignment(ask))}</bdi><span class="en" lang="en">${form.title.en}</span></h2>
<p>${inBoth(form.question)}</p>
${factTable(listedFacts(ask))}
<p><a href="tugas/${ask.askId}">${inBoth({
    id: `Buka selengkapnya: ${ask.subject.id}`,
    en: `Open in full: ${ask.subject.id}`,
  })}</a></p>
${isQuick(ask) && formFields({ form, values, problems, members: [], prefix: prefixOf(ask.askId) })}</section>`;
}

function triedBefore(result: AnswerResult | undefined): { values: FormFields; problems: readonly Problem[] } {
  if (result?.became === 'refused') return result;
  return { values: result?.became === 'failed' ? result.values : {}, problems: [] };
}

function nameOf(subject: SubjectFacts) {
  return subject.of === 'proposal' ? subject.groupName : subject.id;
}

/** What the ask's own item says: enough to decide a plain case, or to see that it is none. */
function listedFacts({ subject, expiresAt, facts }: Assignment): Fact[] {
  const amount = (value: Rupiah | undefined) => (value === undefined ? undefined : formatRupiah(value));
  const text = (value: number | undefined) => value?.toString();
  return [
    [subjectNumber[subject.of], subject.id],
    [{ id: 'Batas waktu', en: 'Answer by' }, inBoth(writtenMoment(expiresAt))],
    [{ id: 'Rencana', en: 'Plan' }, facts.plan],
    [{ id: 'Desa', en: 'Village' }, facts.village],
    [{ id: 'Jumlah anggota', en: 'Members' }, text(facts.members)],
    [{ id: 'Jumlah yang diminta', en: 'Amount asked' }, amount(facts.amountAsked)],
    [{ id: 'Tahap pencairan', en: 'Tranche' }, text(facts.tranche)],
    [{ id: 'Jumlah tahap ini', en: 'Amount of this tranche' }, amount(facts.amount)],
    [{ id: 'Harus disetor ke kas negara', en: 'To deposit into kas negara' }, amount(facts.toDeposit)],
    [{ id: 'Banyaknya pembayaran', en: 'Payments' }, text(facts.payments)],
    [{ id: 'Jumlah', en: 'Sum' }, amount(facts.sum)],
    [
      { id: 'Anggota yang mengonfirmasi', en: 'Members who confirmed' },
      facts.confirmed === undefined ? undefined : `${facts.confirmed} / ${facts.confirmedOf}`,
    ],
    [
      { id: 'Tanggal kunjungan', en: 'Date of the visit' },
      facts.visitedOn && inBoth(writtenDate(facts.visitedOn)),
    ],
    [
      { id: 'Catatan pemeriksaan otomatis', en: 'Notes of the automatic checks' },
      facts.warnings === 0 ? undefined : text(facts.warnings),
    ],
  ];
}

function isProblem({ became }: AnswerResult) {
  return became !== 'recorded';
}

function becameOf(result: AnswerResult, form: AskForm | undefined): Bilingual {
  switch (result.became) {
    case 'recorded': {
      const name = form && outcomeName(form, result.outcome);
      return { id: `${name?.id}: sudah dicatat.`, en: `${name?.en}: recorded.` };
    }
    case 'closed':
      return {
        id: 'Tidak dicatat: sudah dijawab, atau batas waktunya lewat.',
        en: 'Not recorded: it was answered already, or its time is over.',
      };
    case 'four-eyes':
      return {
        id: 'Tidak dicatat: Anda sudah bertindak pada tahap lain dari proposal ini (prinsip empat mata).',
        en: 'Not recorded: you have acted at another stage of this proposal (four eyes).',
      };
    case 'not-asked':
    case 'unknown':
      return {
        id: 'Tidak dicatat: permintaan ini tidak ditujukan kepada Anda.',
        en: 'Not recorded: this request is not addressed to you.',
      };
    case 'code-locked':
      return {
        id: 'Tidak dicatat: permintaan ini terkunci karena kode yang salah diberikan lima kali. Hubungi administrator program.',
        en: 'Not recorded: this request is locked because a wrong code was given five times. Ask the programme’s administrator.',
      };
    case 'code-missing':
      return {
        id: 'Belum dicatat: keputusan ini memerlukan kode.',
        en: 'Not recorded yet: this decision needs a code.',
      };
    case 'refused':
      return { id: 'Belum dicatat. Perbaiki:', en: 'Not recorded yet. Correct:' };
    case 'failed':
      return {
        id: 'Belum dicatat karena kesalahan di pihak kami. Kirim lagi beberapa menit lagi.',
        en: 'Not recorded yet because something failed on our side. Send it again in a few minutes.',
      };
  }
}

/** What became of each answer, what went wrong first. @param shown the asks that have a row below to link to */
function outcomes(results: readonly AnswerResult[], shown: ReadonlySet<string>): Piece {
  if (results.length === 0)
    return html`<div class="problems" role="alert" tabindex="-1" autofocus><p>${inBoth({
      id: 'Tidak ada jawaban yang diisi, jadi tidak ada yang dicatat.',
      en: 'No answer was filled in, so nothing was recorded.',
    })}</p></div>`;
  const lineOf = (result: AnswerResult): Piece => {
    const form = result.about && kindOf(result.about.kind).form;
    const problems: Piece =
      result.became === 'refused' &&
      form !== undefined &&
      shown.has(result.askId) &&
      html`<ul>${problemLinks(result, form)}</ul>`;
    const name: Piece =
      result.about === undefined
        ? result.askId
        : html`${kindOf(result.about.kind).form.title.id} – <bdi>${nameOf(result.about.subject)}</bdi> (${result.about.subject.id})`;
    return html`<li><strong>${name}</strong> ${inBoth(becameOf(result, form))}${problems}</li>`;
  };
  const wrong = results.filter(isProblem);
  const right = results.filter((result) => !isProblem(result));
  return [
    wrong.length > 0 &&
      html`<div class="problems" role="alert" tabindex="-1" autofocus><ul>${wrong.map(lineOf)}</ul></div>`,
    right.length > 0 && html`<div class="done" role="status"><ul>${right.map(lineOf)}</ul></div>`,
  ];
}

/** The fields that are wrong, as links: what is wrong with each stands next to it. */
function problemLinks({ askId, problems }: AnswerResult & { became: 'refused' }, form: AskForm): Piece {
  return [...new Set(problems.map(({ where }) => where))].map((where) => {
    const field = form.fields.find(({ name }) => name === where);
    if (where === codeName)
      return html`<li><a href="#field-${codeName}">${inBoth(sharedCodeField(true).label)}</a></li>`;
    return field === undefined
      ? problems
          .filter((each) => each.where === where)
          .map((each) => html`<li>${inBoth(writtenProblem({ ...each, where: '' }))}</li>`)
      : html`<li><a href="#field-${prefixOf(askId)}${where}">${inBoth(field.label)}</a></li>`;
  });
}

function pageLinks(shown: number, pages: number): Piece {
  return html`<nav aria-label="Halaman"><ul class="row">${Array.from(
    { length: pages },
    (_, index) => index + 1,
  ).map(
    (number) =>
      html`<li>${number === shown ? html`<strong aria-current="page">${number}</strong>` : html`<a href="tugas?halaman=${number}">${number}</a>`}</li>`,
  )}</ul></nav>`;
}
