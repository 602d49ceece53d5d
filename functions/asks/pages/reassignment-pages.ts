/** Pages about delegating an ask: the form for it, and what a link says once the ask is another person's. */

import type { Reassignment } from '#domain/asks/ask.ts';
import { kindOf } from '#domain/asks/ask-kinds.ts';
import type { FormFields } from '#domain/asks/forms.ts';
import {
  type ReassignmentOption,
  type ReassignmentWay,
  reassignmentForm,
} from '#domain/asks/reassignment.ts';
import { holdsRole, type Person } from '#domain/people/person.ts';
import { type Bilingual, both, writtenMoment } from '#domain/text/bilingual.ts';
import type { Problem } from '#domain/text/problem.ts';
import type { AskContext } from '#functions/asks/ask-context.ts';
import { unassigned, whyUnassigned } from '#functions/asks/choose-person.ts';
import { closedPage, factsOfSubject } from '#functions/asks/pages/closed-page.ts';
import {
  choiceFor,
  lastReassignmentOf,
  peopleFor,
  reassignmentOptions,
  reassignmentWay,
} from '#functions/asks/reassign.ts';
import { whyUnassignedTexts } from '#functions/notifications/messages/ask-messages.ts';
import type { HttpAnswer } from '#functions/runtime/handler.ts';
import type { Store } from '#functions/store/store.ts';
import { problemSummary, reassignForm } from '#functions/web/form-fields.ts';
import { type Fact, factTable } from '#functions/web/fragments.ts';
import { delegationPlace, lastSegment } from '#functions/web/link.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth, page } from '#functions/web/page.ts';

type People = { store: Pick<Store, 'people'> };

/** Where the form posts to, seen from the ask's own page. */
function actionFrom(path: string) {
  return `${lastSegment(path)}/${delegationPlace}`;
}

function aboutFacts({ ask, subject }: Pick<AskContext, 'ask' | 'subject'>): Fact[] {
  return [
    ...factsOfSubject(subject),
    [{ id: 'Permintaan', en: 'Request' }, inBoth(kindOf(ask.kind).form.title)],
    [{ id: 'Batas waktu', en: 'Answer by' }, inBoth(writtenMoment(ask.expiresAt))],
  ];
}

/**
 * The part of an ask's page that leads to its delegation: a button. To whom it may go is looked up when that is pressed,
 * because it takes the whole directory, which everyone who opens the page, scanners too, would cause to be read.
 */
export function delegationPart({ person, ask, subject, path }: AskContext): Piece {
  if (person === undefined || reassignmentWay(person, ask, subject) !== 'delegate') return undefined;
  return reassignForm(
    {
      form: {
        ...reassignmentForm('delegate', []),
        fields: [],
        submit: { id: 'Delegasikan kepada orang lain …', en: 'Delegate to another person …' },
      },
      ...{ values: {}, problems: [], members: [] },
    },
    actionFrom(path),
  );
}

/** From whom the ask came, where it was delegated to the reader. */
export async function delegationFacts({ store }: People, { ask, person }: AskContext): Promise<Piece> {
  const last = ask.reassignments?.at(-1);
  if (last === undefined || last.to !== person?.id || last.reason === undefined) return undefined;
  return factTable([
    [{ id: 'Didelegasikan oleh', en: 'Delegated by' }, await nameOf(store, last.by)],
    [{ id: 'Alasan', en: 'Reason' }, last.reason],
  ]);
}

/** The form by itself, with everything that is wrong with what was sent, if something was. */
export function reassignmentPage({
  opened,
  way,
  options,
  values,
  problems,
}: {
  opened: AskContext;
  way: ReassignmentWay;
  options: readonly ReassignmentOption[];
  values: FormFields;
  problems: readonly Problem[];
}): HttpAnswer {
  const form = reassignmentForm(way, options);
  return page(problems.length > 0 ? 422 : 200, form.title, [
    problemSummary(problems, form),
    html`<p>${inBoth(form.question)}</p>`,
    factTable(aboutFacts(opened)),
    options.length > 0
      ? reassignForm({ form, values, problems, members: [] }, delegationPlace)
      : html`<p>${inBoth(noOneElse)}</p>`,
    html`<p><a href="../${lastSegment(opened.path)}">${inBoth({ id: 'Kembali ke permintaan', en: 'Back to the request' })}</a></p>`,
  ]);
}

/**
 * The page of a person of the directory who is not asked, or no longer: what became of the ask, or, for an
 * administrator while no one is eligible, the form to name a person.
 */
export async function notAskedPage(deps: People, opened: AskContext): Promise<HttpAnswer> {
  const { person, ask, subject } = opened;
  if (person === undefined) return closedPage(opened, noLongerYours, 403);
  if (reassignmentWay(person, ask, subject) === 'name') return namingPage(deps, opened, person);
  const last = lastReassignmentOf(ask, person.id);
  if (last !== undefined) return handedOnPage(deps, opened, last);
  const { assignee } = ask;
  if (assignee.kind === 'person' && assignee.personId !== unassigned && isAdminOf(person, opened))
    return page(200, kindOf(ask.kind).form.title, [
      html`<p>${inBoth({
        id: 'Permintaan ini sudah ada petugasnya. Tidak ada yang perlu Anda lakukan.',
        en: 'This request has a person to answer it. There is nothing you need to do.',
      })}</p>`,
      factTable([
        ...aboutFacts(opened),
        [{ id: 'Petugas', en: 'Person' }, await nameOf(deps.store, assignee.personId)],
        [{ id: 'Jabatan', en: 'Role' }, assignee.role],
      ]),
    ]);
  return closedPage(opened, noLongerYours, 403);
}

function isAdminOf(person: Person, { subject }: AskContext) {
  return holdsRole(person, 'admin', subject.region);
}

async function namingPage({ store }: People, opened: AskContext, admin: Person): Promise<HttpAnswer> {
  const { ask, subject, path, now } = opened;
  const people = await peopleFor(store, 'name', ask, subject);
  const options = reassignmentOptions('name', admin, ask, { people, subject, now });
  const form = reassignmentForm('name', options);
  const state = { form, values: {}, problems: [], members: [] };
  return page(200, form.title, [
    html`<p>${inBoth(whyText(people, opened))}</p>`,
    factTable([
      ...aboutFacts(opened),
      [{ id: 'Jabatan', en: 'Role' }, ask.role],
      [{ id: 'Wilayah', en: 'Area' }, subject.nationwide ? '*' : subject.region],
    ]),
    ...(options.length === 0
      ? [html`<p>${inBoth(noOneAtAll)}</p>`]
      : [html`<p>${inBoth(form.question)}</p>`, reassignForm(state, actionFrom(path))]),
  ]);
}

function whyText(people: readonly Person[], { ask, subject, now }: AskContext): Bilingual {
  return ask.status === 'open' && ask.assignee.kind === 'person'
    ? whyUnassignedTexts[whyUnassigned(choiceFor(people, subject, { ...ask, assignee: ask.assignee }, now))]
    : both('');
}

const noOneAtAll: Bilingual = {
  id: 'Di seluruh direktori pun tidak ada pemegang jabatan yang boleh dan dapat bertindak. Lengkapi direktori petugas; permintaan dicoba lagi pada giliran berikutnya.',
  en: 'In the whole directory there is no holder of the role who may and can act. Complete the directory; the request is tried again at its next turn.',
};

const noOneElse: Bilingual = {
  id: 'Saat ini tidak ada orang lain yang memegang jabatan ini dan boleh bertindak.',
  en: 'At the moment no one else holds this role and may act.',
};

/** To whom the ask was delegated, when, and by whom. */
async function handedOnPage(
  { store }: People,
  opened: AskContext,
  { to, by, at }: Reassignment,
): Promise<HttpAnswer> {
  return page(200, kindOf(opened.ask.kind).form.title, [
    html`<div class="done" role="status"><p>${inBoth({
      id: 'Permintaan ini sudah diteruskan kepada orang lain. Tidak ada yang perlu Anda lakukan.',
      en: 'This request has been delegated to another person. There is nothing you need to do.',
    })}</p></div>`,
    factTable([
      ...aboutFacts(opened),
      [{ id: 'Diteruskan kepada', en: 'Delegated to' }, await nameOf(store, to)],
      [{ id: 'Oleh', en: 'By' }, await nameOf(store, by)],
      [{ id: 'Waktu', en: 'When' }, inBoth(writtenMoment(at))],
    ]),
  ]);
}

async function nameOf(store: People['store'], personId: string): Promise<string> {
  return (await store.people.get(personId))?.name ?? personId;
}

const noLongerYours: Bilingual = {
  id: 'Permintaan ini tidak lagi ditujukan kepada Anda.',
  en: 'This request is no longer addressed to you.',
};

/** The answer to a form that delegates what its sender cannot delegate: a leader's or member's link, by hand. */
export function notDelegablePage(opened: AskContext): HttpAnswer {
  return closedPage(
    opened,
    {
      id: 'Permintaan ini hanya dapat dijawab oleh Anda sendiri, sehingga tidak dapat didelegasikan. Tidak ada yang berubah.',
      en: 'Only you can answer this request, so it cannot be delegated. Nothing has changed.',
    },
    403,
  );
}
