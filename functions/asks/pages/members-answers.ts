/** What the members said to a group's ask, on the page of the official who looks into what some of them denied. */
import type { AnsweredAsk } from '#domain/asks/ask.ts';
import type { StoredMember } from '#domain/proposal/content.ts';
import { type Bilingual, writtenMoment } from '#domain/text/bilingual.ts';
import type { ShownAsk } from '#functions/asks/behaviour.ts';
import { factTable, section } from '#functions/web/fragments.ts';
import type { Piece } from '#functions/web/markup.ts';
import { inBoth } from '#functions/web/page.ts';

/** What the section is called, and what it means to confirm and to deny. */
interface Wording {
  title: Bilingual;
  confirmed: Bilingual;
  denied: Bilingual;
}

/**
 * How many confirmed and denied, and who denied, with their note and how to reach them.
 *
 * @param group id of the group's ask, whose parts the members answered
 */
export function membersAnswers({ asks, content }: ShownAsk, group: string, wording: Wording): Piece {
  if (content === undefined) return undefined;
  const { members, contact } = content;
  const parts = asks.filter(({ parent }) => parent === group);
  const answered = parts.filter((part) => part.status === 'answered');
  const denials = answered.filter(({ outcome }) => outcome === 'denied');
  const confirmed = answered.length - denials.length;
  return section(wording.title, [
    factTable([
      [wording.confirmed, `${confirmed} / ${parts.length}`],
      [wording.denied, `${denials.length} / ${parts.length}`],
      [{ id: 'Belum menjawab', en: 'No answer' }, `${parts.length - answered.length} / ${parts.length}`],
      [{ id: 'Narahubung kelompok', en: 'Contact of the group' }, `${contact.name} – ${contact.phone}`],
    ]),
    denials.map((denial) => denialFacts(denial, members)),
  ]);
}

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
