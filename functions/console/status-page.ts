/** The page of a status link: where the proposal stands, what is awaited from whom until when, and what happened. */

import type { Ask } from '#domain/asks/ask.ts';
import { kindOf } from '#domain/asks/ask-kinds.ts';
import { maskAccount } from '#domain/money/account-text.ts';
import type { DepositSummary } from '#domain/money/deposit.ts';
import { formatRupiah, sumRupiah } from '#domain/money/rupiah.ts';
import { roleNames } from '#domain/people/role-names.ts';
import type { AuditEvent } from '#domain/proposal/audit.ts';
import { awardOf, contentOf, depositsOf, type Proposal, type Stage } from '#domain/proposal/proposal.ts';
import { type Bilingual, writtenMoment } from '#domain/text/bilingual.ts';
import { timelineOf } from '#functions/console/timeline.ts';
import { rejectionReason } from '#functions/notifications/messages/rejection-messages.ts';
import { groupNameOf } from '#functions/notifications/recipients.ts';
import type { HttpAnswer } from '#functions/runtime/handler.ts';
import { type Fact, factTable, section } from '#functions/web/fragments.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth, page } from '#functions/web/page.ts';
import { packOf } from '#programmes/index.ts';

export interface Status {
  proposal: Proposal;
  /** The whole audit record. */
  events: readonly AuditEvent[];
  /** All asks, members' parts included. */
  asks: readonly Ask[];
}

const title: Bilingual = { id: 'Perkembangan proposal', en: 'Where the proposal stands' };

const stageNames: Record<Stage, Bilingual> = {
  received: { id: 'Diterima', en: 'Received' },
  verification: { id: 'Verifikasi', en: 'Verification' },
  approval: { id: 'Persetujuan', en: 'Approval' },
  payment: { id: 'Pencairan', en: 'Payment' },
  'follow-up': { id: 'Pelatihan dan pendampingan', en: 'Training and mentoring' },
  closed: { id: 'Selesai', en: 'Closed' },
  rejected: { id: 'Tidak dilanjutkan', en: 'Not continued' },
};

/** The maximum of lines of the story that are shown; a life with more of them has a long beginning. */
const longestStory = 120;

export function statusPage({ proposal, events, asks }: Status): HttpAnswer {
  const content = contentOf(proposal);
  const award = awardOf(proposal);
  const roles = new Map(asks.map(({ id, role }) => [id, role]));
  const story = timelineOf(events, (askId) => roles.get(askId));
  const left = Math.max(0, story.length - longestStory);
  return page(200, title, [
    factTable([
      [{ id: 'Kelompok', en: 'Group' }, html`<bdi>${groupNameOf(proposal)}</bdi>`],
      [{ id: 'Nomor proposal', en: 'Proposal number' }, proposal.id],
      [{ id: 'Program', en: 'Programme' }, inBoth(packOf(proposal).name)],
      [{ id: 'Tahap', en: 'Stage' }, inBoth(stageNames[proposal.stage])],
      [
        { id: 'Alasan', en: 'Reason' },
        proposal.stage === 'rejected' ? inBoth(rejectionReason(proposal.reason)) : undefined,
      ],
      [{ id: 'Catatan pejabat', en: 'The official’s note' }, officialNote(proposal)],
      [{ id: 'Jumlah yang diminta', en: 'Amount asked' }, content && formatRupiah(content.amountAsked)],
      [{ id: 'Jumlah bantuan', en: 'Amount awarded' }, award && formatRupiah(award.amount)],
      ...depositRows(proposal),
      [
        { id: 'Rekening', en: 'Account' },
        content && `${content.account.bankCode} – ${maskAccount(content.account.number)}`,
      ],
    ]),
    section({ id: 'Yang ditunggu', en: 'What is awaited' }, awaited(asks)),
    section({ id: 'Riwayat', en: 'What happened' }, [
      left > 0 && html`<p class="note">… ${left}</p>`,
      factTable(story.slice(left).map(({ at, text }) => [writtenMoment(at), inBoth(text)])),
    ]),
  ]);
}

/** What has to go back, and what has gone back, to kas negara; nothing where there is none. */
function depositRows(proposal: Proposal): Fact[] {
  const sumOf = (status: DepositSummary['status']) =>
    sumRupiah(
      depositsOf(proposal)
        .filter((each) => each.status === status)
        .map(({ amount }) => amount),
    );
  const [owed, deposited] = [sumOf('owed'), sumOf('deposited')];
  return [
    [{ id: 'Harus disetor ke kas negara', en: 'To deposit into kas negara' }, owed > 0 && formatRupiah(owed)],
    [
      { id: 'Sudah disetor ke kas negara', en: 'Deposited into kas negara' },
      deposited > 0 && formatRupiah(deposited),
    ],
  ];
}

/** Why the proposal was sent back last, while it is being verified again. */
function officialNote(proposal: Proposal): string | undefined {
  return proposal.stage === 'verification' ? proposal.returns.at(-1)?.reason : undefined;
}

function awaited(asks: readonly Ask[]): Piece {
  const open = asks
    .filter(({ status, parent }) => status === 'open' && parent === undefined)
    .toSorted((one, other) => (one.expiresAt < other.expiresAt ? -1 : 1));
  if (open.length === 0)
    return html`<p>${inBoth({ id: 'Saat ini tidak ada jawaban yang ditunggu.', en: 'No answer is awaited now.' })}</p>`;
  return html`<ul>${open.map((ask) => {
    const { title: what } = kindOf(ask.kind).form;
    const until = writtenMoment(ask.expiresAt);
    const count = countOf(ask);
    return html`<li>${inBoth({
      id: `${what.id}, dari ${roleNames[ask.role].id}${count.id}, sampai ${until.id}`,
      en: `${what.en}, from ${roleNames[ask.role].en}${count.en}, until ${until.en}`,
    })}</li>`;
  })}</ul>`;
}

/** How many members have answered so far; not who. */
function countOf({ quorum, facts }: Ask): Bilingual {
  if (quorum === undefined) return { id: '', en: '' };
  const confirmed = Number(facts.confirmed ?? 0);
  return {
    id: ` (${confirmed} dari ${quorum.of} sudah mengonfirmasi, perlu ${quorum.needed})`,
    en: ` (${confirmed} of ${quorum.of} have confirmed, ${quorum.needed} are needed)`,
  };
}
