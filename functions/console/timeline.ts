/**
 * A proposal's story in plain words, from its audit record: what its leader should know, by role and never by name,
 * and nothing about single members.
 */

import { kindOf } from '#domain/asks/ask-kinds.ts';
import { documentName, documentTypeSchema } from '#domain/asks/documents.ts';
import type { Role } from '#domain/asks/roles.ts';
import { formatRupiah } from '#domain/money/rupiah.ts';
import { roleNames } from '#domain/people/role-names.ts';
import type { AuditEvent } from '#domain/proposal/audit.ts';
import type { EventOf, FactsOf, ProposalEvent } from '#domain/proposal/events.ts';
import { readProposalEvent, type UnknownEvent } from '#domain/proposal/recorded-events.ts';
import type { Bilingual } from '#domain/text/bilingual.ts';
import { rejectionReason } from '#functions/notifications/messages/rejection-messages.ts';
import { outcomeName } from '#functions/web/form-fields.ts';

/** A line of the story. */
export interface Milestone {
  /** ISO 8601. */
  at: string;
  text: Bilingual;
}

/** Who was asked, by the ask's id. */
type RoleOf = (askId: string) => Role | undefined;

export function timelineOf(events: readonly AuditEvent[], roleOf: RoleOf): Milestone[] {
  return events.flatMap((recorded) => {
    const text = eventText(readProposalEvent(recorded), roleOf);
    return text === undefined ? [] : [{ at: recorded.at, text }];
  });
}

/** The event as a line of the story; undefined for what is of no concern to the leader, or covered by another event. */
function eventText(event: ProposalEvent | UnknownEvent, roleOf: RoleOf): Bilingual | undefined {
  switch (event.action) {
    case 'proposal.registered':
      return { id: 'Proposal diterima dan didaftarkan.', en: 'The proposal was received and registered.' };
    case 'checks.failed': {
      const { problems } = event.facts;
      return {
        id: `Pemeriksaan otomatis menemukan ${problems} hal yang harus diperbaiki.`,
        en: `The automatic checks found ${problems} things to correct.`,
      };
    }
    case 'checks.exhausted': {
      const { problems } = event.facts;
      return {
        id: `Pemeriksaan otomatis masih menemukan ${problems} masalah setelah jumlah perbaikan yang diperbolehkan.`,
        en: `The automatic checks still found ${problems} problems after the corrections that are allowed.`,
      };
    }
    case 'checks.passed':
      return { id: 'Pemeriksaan otomatis lulus.', en: 'The automatic checks were passed.' };
    case 'packet.revised':
      return { id: 'Proposal yang diperbaiki diterima.', en: 'The corrected proposal was received.' };
    case 'packet.revision-refused':
      return {
        id: 'Revisi yang tidak diminta diterima dan tidak dipakai.',
        en: 'A revision that had not been asked for came, and was not used.',
      };
    case 'ask.answered':
      return answeredText(event, roleOf);
    case 'ask.reminded':
      return ofAsk(event, roleOf, {
        id: 'belum dijawab; pengingat dikirim.',
        en: 'not answered yet; a reminder was sent.',
      });
    case 'ask.escalated':
      return ofAsk(event, roleOf, {
        id: 'belum dijawab; atasannya juga diminta.',
        en: 'not answered yet; the superior is asked as well.',
      });
    case 'ask.expired':
      return ofAsk(event, roleOf, {
        id: 'tidak dijawab sampai batas waktunya.',
        en: 'not answered by its deadline.',
      });
    case 'proposal.verified': {
      const { membersConfirmed: confirmed } = event.facts;
      return {
        id: `Verifikasi selesai${confirmed === null ? '' : `; ${confirmed} anggota mengonfirmasi`}.`,
        en: `The verification is done${confirmed === null ? '' : `; ${confirmed} members confirmed`}.`,
      };
    }
    case 'award.waits-for-budget': {
      const amount = formatRupiah(event.facts.amount);
      return {
        id: `Semua sudah menyetujui; penetapan menunggu anggaran ${amount}.`,
        en: `All have approved; the award waits for a budget of ${amount}.`,
      };
    }
    case 'proposal.awarded': {
      const amount = formatRupiah(event.facts.amount);
      return {
        id: `Bantuan ${amount} ditetapkan dengan SK ${event.facts.sk}.`,
        en: `The grant of ${amount} was awarded by decree ${event.facts.sk}.`,
      };
    }
    case 'account.accepted': {
      const { account, from } = event.facts;
      return from === undefined
        ? { id: `Rekening ${account} diterima.`, en: `The account ${account} was accepted.` }
        : {
            id: `Rekening baru ${account} diterima; sebelumnya ${from}.`,
            en: `The new account ${account} was accepted; before it was ${from}.`,
          };
    }
    case 'papers.reviewed':
      return reviewText(event.facts);
    case 'paper.cancelled': {
      const paper = event.facts.paper.toUpperCase();
      const { id, en } = trancheOf(event.facts);
      return {
        id: `${paper} untuk ${id} dibatalkan sebelum dana dicairkan.`,
        en: `The ${paper} of ${en} was cancelled before the money was released.`,
      };
    }
    case 'payment.sent':
      return ofTranche(event.facts, {
        id: 'Perintah bayar dikirim ke bank:',
        en: 'The payment was sent to the bank:',
      });
    case 'payment.rejected':
      return ofTranche(event.facts, {
        id: 'Bank menolak pembayaran',
        en: 'The bank refused the payment of',
      });
    case 'payment.lapsed':
      return ofTranche(event.facts, {
        id: 'Karena tahun anggaran sudah ditutup, bank tidak diperintahkan membayar',
        en: 'As the fiscal year is closed, the bank was not instructed to pay',
      });
    case 'payment.returned':
      return ofTranche(event.facts, {
        id: 'Bank mengembalikan pembayaran',
        en: 'The bank returned the payment of',
      });
    case 'tranche.settled': {
      const { id, en } = trancheOf(event.facts);
      const amount = formatRupiah(event.facts.amount);
      return {
        id: `Dana ${id} sebesar ${amount} masuk ke rekening kelompok.`,
        en: `${amount} of ${en} reached the group’s account.`,
      };
    }
    case 'tranche.unpaid': {
      const { id, en } = trancheOf(event.facts);
      const reason = rejectionReason(event.facts.reason);
      return { id: `Dana ${id} tidak dibayarkan. ${reason.id}`, en: `${en} is not paid. ${reason.en}` };
    }
    case 'receipts.recorded': {
      const { of, confirmed } = event.facts;
      const { id, en } = trancheOf(event.facts);
      return {
        id: `Dari ${of} anggota, ${confirmed} menegaskan sudah menerima manfaat ${id}.`,
        en: `Of ${of} members, ${confirmed} confirmed that they received the benefit of ${en}.`,
      };
    }
    case 'follow-up.started':
      return { id: 'Pelatihan dan pendampingan dimulai.', en: 'Training and mentoring began.' };
    case 'overdue.recorded': {
      const { title } = kindOf(event.facts.kind).form;
      return { id: `Terlambat: ${title.id}.`, en: `Overdue: ${title.en}.` };
    }
    case 'muster-roll.returned': {
      const { problems } = event.facts;
      return {
        id: `Daftar hadir dikembalikan: ${problems} hal harus diperbaiki.`,
        en: `The muster roll was sent back: ${problems} things have to be corrected.`,
      };
    }
    case 'muster-roll.accepted': {
      const { wages, personDays } = event.facts;
      return {
        id: `Daftar hadir diterima: upah ${formatRupiah(wages)} untuk ${personDays} hari orang kerja.`,
        en: `The muster roll was accepted: wages of ${formatRupiah(wages)} for ${personDays} person-days.`,
      };
    }
    case 'deposit.owed': {
      const amount = formatRupiah(event.facts.amount);
      return {
        id: `${amount} harus disetor ke kas negara.`,
        en: `${amount} has to be deposited into kas negara.`,
      };
    }
    case 'deposit.resumed': {
      const amount = formatRupiah(event.facts.amount);
      return {
        id: `Setoran ${amount} ke kas negara ditagih lagi.`,
        en: `The deposit of ${amount} into kas negara is asked for again.`,
      };
    }
    case 'deposit.cancelled': {
      const amount = formatRupiah(event.facts.amount);
      return {
        id: `Setoran ${amount} dibatalkan; dana itu tidak perlu disetor.`,
        en: `The deposit of ${amount} was cancelled; that money need not be deposited.`,
      };
    }
    case 'deposit.confirmed': {
      const amount = formatRupiah(event.facts.amount);
      return {
        id: `Setoran ${amount} sudah masuk ke kas negara (NTPN ${event.facts.ntpn}).`,
        en: `The deposit of ${amount} is in kas negara (NTPN ${event.facts.ntpn}).`,
      };
    }
    case 'proposal.rejected': {
      const reason = rejectionReason(event.facts.reason);
      return {
        id: `Proposal tidak dilanjutkan. ${reason.id}`,
        en: `The proposal is not continued. ${reason.en}`,
      };
    }
    case 'proposal.reopened':
      return {
        id: 'Keberatan dikabulkan; proposal diperiksa lagi dari awal.',
        en: 'The objection was granted; the proposal is verified again.',
      };
    case 'rejection.upheld':
      return {
        id: 'Keberatan tidak dikabulkan; penolakan bersifat akhir.',
        en: 'The objection was not granted; the rejection is final.',
      };
    case 'proposal.halted':
      return {
        id: 'Proses berhenti sementara karena gangguan sistem; administrator sudah diberi tahu.',
        en: 'The process stands still because of a fault of the system; the administrators have been told.',
      };
    case 'proposal.redriven':
      return { id: 'Proses dilanjutkan.', en: 'The process goes on.' };
    case 'proposal.closed': {
      const { peopleTrained } = event.facts;
      return {
        id: `Proses selesai; ${peopleTrained} orang dilatih.`,
        en: `The process is closed; ${peopleTrained} people were trained.`,
      };
    }
    case 'payment.questioned':
      return {
        id: `Bank ditanya tentang pembayaran ${trancheOf(event.facts).id}. Tidak ada yang perlu dilakukan kelompok.`,
        en: `The bank is being asked about the payment of ${trancheOf(event.facts).en}. The group need not do anything.`,
      };
    case 'payment.held':
      if (event.facts.because === 'person')
        return {
          id: `Pembayaran ${trancheOf(event.facts).id} ditahan oleh bendahara untuk diperiksa. Tidak ada yang perlu dilakukan kelompok.`,
          en: `The payment of ${trancheOf(event.facts).en} is held by the treasurer, who looks into it. The group need not do anything.`,
        };
      return {
        id: `Pembayaran ${trancheOf(event.facts).id} ditahan sampai bank menjelaskan pembayaran sebelumnya.`,
        en: `The payment of ${trancheOf(event.facts).en} is held until the bank has explained what it did before.`,
      };
    case 'payment.freed':
      return {
        id: `Pembayaran ${trancheOf(event.facts).id} tidak ditahan lagi.`,
        en: `The payment of ${trancheOf(event.facts).en} is held no more.`,
      };
    case 'unknown':
      return {
        id: 'Sesuatu dicatat yang belum dikenal versi ini.',
        en: 'Something was recorded that this version does not know.',
      };
    // The group's way through the offices and the banks, covered by the events above.
    case 'packet.uploaded':
    case 'ask.opened':
    case 'ask.assigned':
    case 'ask.delegated':
    case 'tranche.opened':
    case 'paper.drafted':
    case 'tranche.reserved':
    case 'payment.ready':
    case 'payment.gathered':
    case 'payment.withdrawn':
    case 'payment.accepted':
    case 'payment.settled':
    case 'payment.booked':
    case 'payment.reference':
    case 'payment.paid-again':
    case 'payment.second-came-back':
    case 'payment.done':
    case 'payment.answered':
    case 'payment.suspense':
    case 'payment.suspense-ended':
    case 'payment.superseded':
    case 'tranche.reopened':
    case 'deposit.billed':
    case 'deposit.code-expired':
    case 'deposit.handed-in':
    case 'deposit.doubted':
    case 'deposit.refused':
    // Of no concern to anyone but the official, or the member.
    case 'account.claimed-elsewhere':
    case 'code.locked':
    case 'code.unlocked':
    case 'membership.denied-late':
    case 'receipt.denied-late':
      return undefined;
    default:
      return event satisfies never;
  }
}

function trancheOf({ tranche }: { tranche: number }): Bilingual {
  return { id: `tahap ${tranche}`, en: `tranche ${tranche}` };
}

function ofTranche(facts: { tranche: number }, { id, en }: Bilingual): Bilingual {
  return { id: `${id} ${trancheOf(facts).id}.`, en: `${en} ${trancheOf(facts).en}.` };
}

function answeredText({ actor, facts }: EventOf<'ask.answered'>, roleOf: RoleOf): Bilingual | undefined {
  // One member's part is of no concern to anyone else, and a correction that was handed in has an event of its own.
  if (actor.kind === 'member' || facts.outcome === 'revised') return undefined;
  const form = kindOf(facts.kind).form;
  const outcome = outcomeName(form, facts.outcome);
  const by = byWhom(roleOf(facts.askId));
  return { id: `${form.title.id}${by.id}: ${outcome.id}.`, en: `${form.title.en}${by.en}: ${outcome.en}.` };
}

/** What became of an ask. */
function ofAsk(
  { facts }: EventOf<'ask.reminded' | 'ask.escalated' | 'ask.expired'>,
  roleOf: RoleOf,
  { id, en }: Bilingual,
): Bilingual {
  const { title } = kindOf(facts.kind).form;
  const by = byWhom(roleOf(facts.askId));
  return { id: `${title.id}${by.id}: ${id}`, en: `${title.en}${by.en}: ${en}` };
}

function byWhom(role: Role | undefined): Bilingual {
  return role === undefined || role === 'members' || role === 'leader'
    ? { id: '', en: '' }
    : { id: ` oleh ${roleNames[role].id}`, en: ` by ${roleNames[role].en}` };
}

function reviewText(facts: FactsOf<'papers.reviewed'>): Bilingual {
  const returned = documentTypeSchema.options
    .filter((type) => facts[type] === 'returned')
    .map((type) => documentName(type));
  const { id, en } = trancheOf(facts);
  return returned.length === 0
    ? { id: `Dokumen ${id} diperiksa dan diterima.`, en: `The papers of ${en} were tested and accepted.` }
    : {
        id: `Dokumen ${id} dikembalikan untuk diperbaiki: ${returned.map((name) => name.id).join(', ')}.`,
        en: `Papers of ${en} were returned to be corrected: ${returned.map((name) => name.en).join(', ')}.`,
      };
}
