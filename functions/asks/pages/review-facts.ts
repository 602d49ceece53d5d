/** What an official needs to see who looks into what members denied, or into a rejection that a group objects to. */

import { reasonIn } from '#domain/asks/answered.ts';
import type { AnsweredAsk, Ask } from '#domain/asks/ask.ts';
import { askIdOf } from '#domain/asks/ask-id.ts';
import { type About, kindOf } from '#domain/asks/ask-kinds.ts';
import type { Content, StoredMember } from '#domain/proposal/content.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { type Bilingual, writtenMoment, writtenProblem } from '#domain/text/bilingual.ts';
import { decisionBehind, rejectionComment } from '#functions/closing/rejection-comment.ts';
import { rejectionReason } from '#functions/notifications/messages/rejection-messages.ts';
import { type Download, downloadList } from '#functions/web/downloads.ts';
import { factTable, section, sentences } from '#functions/web/fragments.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth } from '#functions/web/page.ts';

interface Reviewed {
  proposal: Proposal;
  ask: Ask;
  /** All asks of the proposal. */
  asks: readonly Ask[];
}

function isAnswered(ask: Ask | undefined): ask is AnsweredAsk {
  return ask?.status === 'answered';
}

/** What the members said in a group's ask: how many what, and who denied, with their note and how to reach them. */
export function membersFacts(
  { proposal, ask, asks }: Reviewed,
  kind: 'membership' | 'receipt',
  { members, contact }: Content,
): Piece {
  const parent = askIdOf(
    proposal.id,
    kind,
    kindOf(kind).about.parse(ask.about) as About<'membership' | 'receipt'>,
  );
  const parts = asks.filter((part) => part.parent === parent);
  const answered = parts.filter(isAnswered);
  const denials = answered.filter(({ outcome }) => outcome === 'denied');
  const confirmed = answered.length - denials.length;
  const words = said[kind];
  return section(words.title, [
    factTable([
      [words.confirmed, `${confirmed} / ${parts.length}`],
      [words.denied, `${denials.length} / ${parts.length}`],
      [{ id: 'Belum menjawab', en: 'No answer' }, `${parts.length - answered.length} / ${parts.length}`],
      [{ id: 'Narahubung kelompok', en: 'Contact of the group' }, `${contact.name} – ${contact.phone}`],
    ]),
    denials.map((denial) => denialFacts(denial, members)),
  ]);
}

const said: Record<'membership' | 'receipt', { title: Bilingual; confirmed: Bilingual; denied: Bilingual }> =
  {
    membership: {
      title: { id: 'Jawaban anggota', en: 'What the members said' },
      confirmed: { id: 'Menegaskan keanggotaan', en: 'Confirmed membership' },
      denied: { id: 'Menyatakan bukan anggota', en: 'Said they are no member' },
    },
    receipt: {
      title: { id: 'Jawaban anggota tentang manfaat', en: 'What the members said of the benefit' },
      confirmed: { id: 'Menegaskan sudah menerima', en: 'Confirmed receipt' },
      denied: { id: 'Menyatakan belum menerima', en: 'Said they received nothing' },
    },
  };

/** One member's denial: the reviewer is to speak with that person. */
function denialFacts({ assignee, answer, answeredAt }: AnsweredAsk, members: readonly StoredMember[]): Piece {
  if (assignee.kind !== 'member') return undefined;
  const member = members.find(({ number }) => number === assignee.number);
  return factTable([
    [{ id: 'Anggota nomor', en: 'Member number' }, String(assignee.number)],
    [{ id: 'Nama', en: 'Name' }, member?.name],
    [{ id: 'Telepon', en: 'Phone' }, member?.phone],
    [{ id: 'Waktu', en: 'When' }, inBoth(writtenMoment(answeredAt))],
    [{ id: 'Catatan', en: 'Note' }, typeof answer.note === 'string' ? answer.note : undefined],
  ]);
}

/** A denial of this round that was found to be a mistake, for the verifier who visits the group. */
export function reviewFacts({ asks, ask }: Reviewed): Piece {
  const review = asks
    .filter(isAnswered)
    .find(({ kind, about }) => kind === 'membership-review' && about.round === ask.about.round);
  return (
    review !== undefined &&
    section(
      { id: 'Penyangkalan keanggotaan, dinilai keliru', en: 'Denial of membership, found to be a mistake' },
      html`<p>${reasonIn(review)}</p>`,
    )
  );
}

/** The rejection, with the words of the deciding official: for the group what it may read, for the one who judges all of it. */
export function rejectionFacts({ proposal, ask, asks }: Reviewed): Piece {
  if (proposal.stage !== 'rejected') return undefined;
  const decision = decisionBehind(proposal, asks);
  const judged = ask.kind === 'appeal';
  const comment = judged ? decision && reasonIn(decision) : rejectionComment(proposal, asks, 'id');
  const uncorrected = proposal.reason === 'uncorrected' || proposal.reason === 'expired';
  return section({ id: 'Penolakan', en: 'The rejection' }, [
    html`<p>${inBoth(rejectionReason(proposal.reason))}</p>`,
    factTable([
      [{ id: 'Waktu', en: 'When' }, inBoth(writtenMoment(proposal.rejectedAt))],
      [
        { id: 'Diputuskan oleh', en: 'Decided by' },
        judged && decision?.answeredBy.kind === 'person' && decision.answeredBy.id,
      ],
      [{ id: 'Catatan pejabat', en: 'The official’s note' }, uncorrected ? undefined : comment],
    ]),
    uncorrected && proposal.problems !== undefined && sentences(proposal.problems.map(writtenProblem)),
  ]);
}

/** What the group objects with. */
export function objectionFacts({ asks }: Reviewed, downloads: readonly Download[]): Piece {
  const objection = asks.filter(isAnswered).find(({ kind }) => kind === 'objection');
  if (objection === undefined) return undefined;
  return section({ id: 'Keberatan kelompok', en: 'The group’s objection' }, [
    html`<p>${reasonIn(objection)}</p>`,
    factTable([[{ id: 'Waktu', en: 'When' }, inBoth(writtenMoment(objection.answeredAt))]]),
    downloadList(downloads),
  ]);
}

/** The files that the group handed in with its objection. */
export function objectionFiles(asks: readonly Ask[]): AnsweredAsk['evidence'] {
  return asks.filter(isAnswered).find(({ kind }) => kind === 'objection')?.evidence ?? [];
}
