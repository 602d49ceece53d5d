/** What every page of an ask shows of its proposal: which it is, who the group is, and what has to be corrected. */

import { formatRupiah } from '#domain/money/rupiah.ts';
import type { Content } from '#domain/proposal/content.ts';
import { writtenMoment } from '#domain/text/bilingual.ts';
import { behaviourOf, type ShownAsk, writtenProblems } from '#functions/asks/behaviour.ts';
import { groupNameOf } from '#functions/notifications/recipients.ts';
import { type Fact, factTable, section, sentences } from '#functions/web/fragments.ts';
import type { Piece } from '#functions/web/markup.ts';
import { inBoth } from '#functions/web/page.ts';

/** What a person needs to see of the proposal in order to answer, as the kind of ask says, and no more than that. */
export function proposalFacts(shown: ShownAsk): Piece {
  const { page } = behaviourOf(shown.ask.kind);
  // A packet that could not be read can be rejected, and objected to, all the same.
  const content = page?.outline === 'number' ? undefined : shown.content;
  return [
    factTable([
      ...numberFacts(shown),
      ...(content === undefined ? [] : groupFacts(shown, content)),
      ...(page?.facts?.(shown) ?? []),
    ]),
    problemFacts(shown),
    page?.sections?.(shown),
  ];
}

/** Which proposal it is, and until when the answer is awaited. */
function numberFacts({ proposal, pack, ask }: ShownAsk): Fact[] {
  return [
    [{ id: 'Kelompok', en: 'Group' }, groupNameOf(proposal)],
    [{ id: 'Nomor proposal', en: 'Proposal number' }, proposal.id],
    [{ id: 'Program', en: 'Programme' }, inBoth(pack.name)],
    [{ id: 'Batas waktu', en: 'Answer by' }, inBoth(writtenMoment(ask.expiresAt))],
  ];
}

/** What has to be corrected, or handed in again. */
function problemFacts({ ask: { kind, problems } }: ShownAsk): Piece {
  return (
    problems !== undefined &&
    section(
      {
        id: `Yang harus diperbaiki (${problems.length})`,
        en: `What has to be corrected (${problems.length})`,
      },
      sentences(writtenProblems(kind, problems)),
    )
  );
}

function groupFacts({ ask: { assignee } }: ShownAsk, { group, members, plan, amountAsked }: Content): Fact[] {
  const leader = members.find(({ number }) => number === group.leader);
  const self =
    assignee.kind === 'member' ? members.find(({ number }) => number === assignee.number) : undefined;
  return [
    [{ id: 'Nama Anda dalam proposal', en: 'Your name in the proposal' }, self?.name],
    [{ id: 'Ketua', en: 'Leader' }, leader?.name],
    [{ id: 'Alamat', en: 'Address' }, `${group.address} (${group.village})`],
    [{ id: 'Bidang usaha', en: 'Field of business' }, group.businessField],
    [{ id: 'Rencana', en: 'Plan' }, plan.title],
    [{ id: 'Jumlah anggota', en: 'Members' }, String(members.length)],
    [{ id: 'Jumlah yang diminta', en: 'Amount asked' }, formatRupiah(amountAsked)],
  ];
}
