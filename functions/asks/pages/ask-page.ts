/** The page behind a link: the question with what is needed to answer it, or what became of it. */

import type { S3Client } from '@aws-sdk/client-s3';
import type { AnsweredAsk } from '#domain/asks/ask.ts';
import { kindOf } from '#domain/asks/ask-kinds.ts';
import type { Evidence } from '#domain/asks/documents.ts';
import { type AskForm, type FormFields, formFor } from '#domain/asks/forms.ts';
import { type PaperToReview, reviewFields } from '#domain/papers/paper-review.ts';
import { contentOf } from '#domain/proposal/proposal.ts';
import {
  type Bilingual,
  writtenMoment,
  writtenProblem,
  writtenWithoutPlace,
} from '#domain/text/bilingual.ts';
import type { Problem } from '#domain/text/problem.ts';
import { type AskContext, isAnswerable, type OpenedAsk } from '#functions/asks/ask-context.ts';
import { asKind, behaviourOf, type OverviewPorts } from '#functions/asks/behaviour.ts';
import { listEvidence } from '#functions/asks/evidence.ts';
import { cancellationPart } from '#functions/asks/pages/cancellation.ts';
import { closedPage, factsOfSubject } from '#functions/asks/pages/closed-page.ts';
import { draftList } from '#functions/asks/pages/drafts.ts';
import { handedInList } from '#functions/asks/pages/handed-in.ts';
import { proposalFacts } from '#functions/asks/pages/proposal-facts.ts';
import { delegationFacts, delegationPart, notAskedPage } from '#functions/asks/pages/reassignment-pages.ts';
import { recordedFileList } from '#functions/asks/pages/recorded-files.ts';
import { compareWithRecord } from '#functions/asks/recorded-files.ts';
import type { AskSubject } from '#functions/asks/subject.ts';
import type { HttpAnswer } from '#functions/runtime/handler.ts';
import { withCodeField } from '#functions/web/code-field.ts';
import { type StoredFile, signedDownloads } from '#functions/web/downloads.ts';
import { answerForm, outcomeName, problemSummary } from '#functions/web/form-fields.ts';
import { factTable, section, sentences } from '#functions/web/fragments.ts';
import { urlOf } from '#functions/web/link.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth, page } from '#functions/web/page.ts';
import { signedUpload } from '#functions/web/upload-form.ts';
import { documentList, uploadsFor } from '#functions/web/uploads.ts';
import { packOf } from '#programmes/index.ts';

export interface PageDeps {
  store: OverviewPorts['store'];
  s3: S3Client;
  uploadsBucket: string;
  bankBucket: string;
  linkBaseUrl: string;
}

/** What was posted, when the form is shown again. */
interface Attempt {
  values: FormFields;
  problems: readonly Problem[];
  evidence: readonly Evidence[];
}

/** How a page came to be asked for. */
interface Visit {
  /** What was posted and is wrong. */
  attempt?: Attempt;
  /** Whether the reader comes from an upload. */
  justUploaded?: boolean;
  /** Where the reader goes on in what is shown a part at a time. */
  part?: string | undefined;
}

/** The page for a link as things stand. */
export async function pageOf(deps: PageDeps, opened: OpenedAsk, visit: Visit = {}): Promise<HttpAnswer> {
  const { ask, barred, now } = opened;
  const overview = () => overviewOf(deps, opened, visit);
  if (ask.status === 'answered') return usedPage(deps, opened, ask, visit);
  if (ask.status === 'cancelled') return closedPage(opened, noLongerWanted, 200, await overview());
  if (!isAnswerable(opened, now)) return closedPage(opened, tooLate, 200, await overview());
  if (barred === 'not-asked') return notAskedPage(deps, await opened.whole());
  if (barred !== undefined) return closedPage(opened, bars[barred], 403, await overview());
  return openPage(deps, await opened.whole(), visit);
}

/** What the stage shows of a subject that is no proposal. */
async function overviewOf(deps: PageDeps, opened: OpenedAsk, { part }: Visit): Promise<Piece> {
  const { page: own } = behaviourOf(opened.ask.kind);
  if (own?.overview === undefined) return undefined;
  const { subject, path, now } = await opened.whole();
  const mayFetch = opened.barred === undefined;
  const canAnswer = mayFetch && isAnswerable(opened, now);
  return own.overview(deps, { ...subject, path, now, part, canAnswer, mayFetch });
}

async function openPage(deps: PageDeps, opened: AskContext, visit: Visit): Promise<HttpAnswer> {
  const { subject, ask, asks, path } = opened;
  const { attempt, justUploaded = false } = visit;
  const { papersToReview, page: own } = behaviourOf(ask.kind);
  const form = withCodeField(
    withReviewFields(
      formFor(kindOf(ask.kind).form, ask.role),
      papersToReview?.({ ...subject, ask: asKind(ask), asks }) ?? [],
    ),
    ask.kind,
    opened.codes?.status === 'enrolled',
  );
  const wantsPapers = ask.documents.length > 0;
  const found =
    attempt?.evidence ?? (wantsPapers ? await listEvidence(deps.s3, deps.uploadsBucket, ask) : []);
  const offered = subject.of === 'proposal' ? own?.uploads?.(subject.proposal) : undefined;
  const uploads = await Promise.all(
    (offered ?? uploadsFor(ask, found)).map((upload) =>
      signedUpload(deps.s3, deps.uploadsBucket, upload, urlOf(deps.linkBaseUrl, path)),
    ),
  );
  const members = subject.of === 'proposal' ? (contentOf(subject.proposal)?.members ?? []) : [];
  const problems = attempt?.problems ?? [];
  return page(
    problems.length > 0 ? 422 : 200,
    form.title,
    [
      problemSummary(problems, form),
      justUploaded && html`<div class="done" role="status"><p>${inBoth(arrived)}</p></div>`,
      html`<p>${inBoth(form.question)}</p>`,
      await delegationFacts(deps, opened),
      subject.of === 'proposal'
        ? await proposalSections(deps, subject, opened)
        : await overviewOf(deps, opened, visit),
      wantsPapers && section({ id: 'Dokumen', en: 'Documents' }, documentList(ask.documents, found)),
      uploads.length > 0 &&
        section(
          { id: 'Unggah', en: 'Upload' },
          uploads.map(({ form: upload }) => upload),
        ),
      section(
        { id: 'Jawaban', en: 'Answer' },
        answerForm({ form, values: attempt?.values ?? valuesOf(opened), problems, members }),
      ),
      delegationPart(opened),
    ],
    uploads.map(({ origin }) => origin),
  );
}

/** What the form has in it when the page is opened. */
function valuesOf({ subject, ask, asks }: AskContext): FormFields {
  const values = behaviourOf(ask.kind).page?.values;
  if (subject.of !== 'proposal' || values === undefined) return {};
  const { proposal } = subject;
  return values({
    ...subject,
    ask: asKind(ask),
    asks,
    pack: packOf(proposal),
    content: contentOf(proposal),
    downloads: [],
  });
}

/** What is shown of a proposal, and the files that go with it. */
async function proposalSections(
  deps: PageDeps,
  subject: AskSubject<'proposal'>,
  { ask, asks }: Pick<AskContext, 'ask' | 'asks'>,
): Promise<Piece> {
  const asked = { ...subject, ask: asKind(ask), asks };
  const { page: own, restsOn } = behaviourOf(ask.kind);
  const signed = (files: readonly StoredFile[]) => signedDownloads(deps.s3, deps.uploadsBucket, files);
  const content = contentOf(subject.proposal);
  const downloads = await signed(own?.files?.(asked) ?? []);
  const handedIn = own?.handedIn?.(asked) ?? [];
  const drafts = own?.drafts?.(asked) ?? [];
  const basis = restsOn?.(asked) ?? [];
  const states = await Promise.all(basis.map((file) => compareWithRecord(deps.s3, deps.uploadsBucket, file)));
  return [
    proposalFacts({ ...asked, pack: packOf(subject.proposal), content, downloads }),
    handedInList(handedIn, await signed(handedIn)),
    draftList(kindOf(ask.kind), drafts, await signed(drafts)),
    recordedFileList(basis, await signed(basis), states),
  ];
}

const arrived: Bilingual = {
  id: 'Berkas sudah diterima. Proposal yang diperbaiki diperiksa dalam beberapa saat; dokumen lain tercantum di bawah.',
  en: 'The file has arrived. A corrected proposal is checked in a moment; other documents are listed below.',
};
const tooLate: Bilingual = {
  id: 'Batas waktu untuk menjawab sudah lewat. Tidak ada yang perlu Anda lakukan.',
  en: 'The time to answer is over. There is nothing you need to do.',
};
const noLongerWanted: Bilingual = {
  id: 'Jawaban ini tidak diperlukan lagi. Tidak ada yang perlu Anda lakukan.',
  en: 'This answer is no longer needed. There is nothing you need to do.',
};
const bars: Record<'four-eyes' | 'code-locked', Bilingual> = {
  'four-eyes': {
    id: 'Anda sudah bertindak pada tahap lain dari proposal ini, sehingga tidak boleh menjawab permintaan ini (prinsip empat mata). Beri tahu administrator program.',
    en: 'You have acted at another stage of this proposal, so you may not answer this request (four eyes). Tell the programme’s administrator.',
  },
  'code-locked': {
    id: 'Permintaan ini terkunci bagi Anda karena kode yang salah diberikan lima kali. Administrator program sudah diberi tahu dan dapat membukanya kembali.',
    en: 'This request is locked for you because a wrong code was given five times. The programme’s administrator has been told and can unlock it.',
  },
};

/** A link that was used shows who decided what and when. */
async function usedPage(
  deps: PageDeps,
  opened: OpenedAsk,
  ask: AnsweredAsk,
  visit: Visit,
): Promise<HttpAnswer> {
  const { attempt } = visit;
  const overview = await overviewOf(deps, opened, visit);
  const form = kindOf(ask.kind).form;
  const reason = ask.answer.reason;
  const { by, asks, barred } = opened;
  const { page: own, cancellation } = behaviourOf(ask.kind);
  const returned = own?.returned?.(ask) ?? [];
  const cancellable =
    by.kind === 'person' && barred === undefined && cancellation?.isOpenTo(by.id, ask, asks) === true;
  return page(attempt === undefined ? 200 : 422, form.title, [
    html`<div class="done" role="status"><p>${inBoth({
      id: 'Jawaban sudah dicatat. Terima kasih.',
      en: 'The answer has been recorded. Thank you.',
    })}</p></div>`,
    factTable([
      ...(overview === undefined ? factsOfSubject(opened.subject) : []),
      [{ id: 'Jawaban', en: 'Answer' }, inBoth(outcomeName(form, ask.outcome))],
      [{ id: 'Oleh', en: 'By' }, await answererName(deps, opened, ask)],
      [{ id: 'Waktu', en: 'When' }, inBoth(writtenMoment(ask.answeredAt))],
      [{ id: 'Alasan', en: 'Reason' }, typeof reason === 'string' ? reason : undefined],
    ]),
    overview,
    returned.length > 0 && sentences(returned.map(writtenWithoutPlace)),
    cancellable
      ? cancellationPart(cancellation.form, attempt)
      : attempt !== undefined && sentences(attempt.problems.map((each) => writtenProblem(each))),
  ]);
}

function withReviewFields(form: AskForm, papers: readonly PaperToReview[]): AskForm {
  return {
    ...form,
    fields: [...reviewFields(papers), ...form.fields],
  };
}

async function answererName(
  { store }: PageDeps,
  { people, person }: OpenedAsk,
  { answeredBy }: AnsweredAsk,
): Promise<Piece> {
  switch (answeredBy.kind) {
    case 'person':
      return (
        (answeredBy.id === person?.id ? person : await store.people.get(answeredBy.id))?.name ?? answeredBy.id
      );
    case 'member':
      return (
        (await people())?.members.find(({ number }) => number === answeredBy.number)?.name ??
        String(answeredBy.number)
      );
    case 'leader':
      return (await people())?.contact.name ?? inBoth({ id: 'Ketua kelompok', en: 'The group’s leader' });
    default:
      return 'Jaring';
  }
}
