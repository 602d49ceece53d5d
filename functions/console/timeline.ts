/**
 * A proposal's story in plain words, from its audit record: what its leader should know, by role and never by name,
 * and nothing about single members.
 */

import { type AskKind, askKindSchema, kindOf } from '#domain/asks/ask-kinds.ts';
import { documentName, documentTypeSchema } from '#domain/asks/documents.ts';
import type { Role } from '#domain/asks/roles.ts';
import { formatRupiah, rupiah } from '#domain/money/rupiah.ts';
import { roleNames } from '#domain/people/role-names.ts';
import type { AuditEvent } from '#domain/proposal/audit.ts';
import type { Bilingual } from '#domain/text/bilingual.ts';
import { rejectionReason } from '#functions/notifications/messages/rejection-messages.ts';
import { outcomeName } from '#functions/web/form-fields.ts';

/** A line of the story. */
export interface Milestone {
  /** ISO 8601. */
  at: string;
  text: Bilingual;
}

/** @param roleOf who was asked, by the ask's id */
export function timelineOf(
  events: readonly AuditEvent[],
  roleOf: (askId: string) => Role | undefined,
): Milestone[] {
  return events.flatMap((event) => {
    const text = inWords[event.action]?.(event, roleOf);
    return text === undefined ? [] : [{ at: event.at, text }];
  });
}

type Facts = AuditEvent['facts'];
type InWords = (event: AuditEvent, roleOf: (askId: string) => Role | undefined) => Bilingual | undefined;

function always(id: string, en: string): InWords {
  return () => ({ id, en });
}

function money({ amount }: Facts) {
  return typeof amount === 'number' ? formatRupiah(rupiah(amount)) : '';
}

function trancheOf({ tranche }: Facts): Bilingual {
  return { id: `tahap ${tranche}`, en: `tranche ${tranche}` };
}

function ofTranche(id: string, en: string): InWords {
  return ({ facts }) => ({ id: `${id} ${trancheOf(facts).id}.`, en: `${en} ${trancheOf(facts).en}.` });
}

/** The kind of the ask that an event is about; undefined for one member's part, which is nobody else's business. */
function kindIn({ actor, facts }: AuditEvent): AskKind | undefined {
  return actor.kind === 'member' ? undefined : askKindSchema.safeParse(facts.kind).data;
}

const answered: InWords = (event, roleOf) => {
  const kind = kindIn(event);
  // A correction that was handed in has an event of its own.
  if (kind === undefined || event.facts.outcome === 'revised') return undefined;
  const form = kindOf(kind).form;
  const outcome = outcomeName(form, String(event.facts.outcome));
  const by = byWhom(roleOf(String(event.facts.askId)));
  return { id: `${form.title.id}${by.id}: ${outcome.id}.`, en: `${form.title.en}${by.en}: ${outcome.en}.` };
};

function byWhom(role: Role | undefined): Bilingual {
  return role === undefined || role === 'members' || role === 'leader'
    ? { id: '', en: '' }
    : { id: ` oleh ${roleNames[role].id}`, en: ` by ${roleNames[role].en}` };
}

/** What became of an ask. */
function ofAsk(id: string, en: string): InWords {
  return (event, roleOf) => {
    const kind = kindIn(event);
    const by = byWhom(roleOf(String(event.facts.askId)));
    return (
      kind && {
        id: `${kindOf(kind).form.title.id}${by.id}: ${id}`,
        en: `${kindOf(kind).form.title.en}${by.en}: ${en}`,
      }
    );
  };
}

const inWords: Readonly<Record<string, InWords>> = {
  'muster-roll.returned': ({ facts }) => ({
    id: `Daftar hadir dikembalikan: ${facts.problems} hal harus diperbaiki.`,
    en: `The muster roll was sent back: ${facts.problems} things have to be corrected.`,
  }),
  'muster-roll.accepted': ({ facts }) => ({
    id: `Daftar hadir diterima: upah ${money({ amount: facts.wages ?? 0 })} untuk ${facts.personDays} hari orang kerja.`,
    en: `The muster roll was accepted: wages of ${money({ amount: facts.wages ?? 0 })} for ${facts.personDays} person-days.`,
  }),
  'proposal.registered': always(
    'Proposal diterima dan didaftarkan.',
    'The proposal was received and registered.',
  ),
  'checks.failed': ({ facts }) => ({
    id: `Pemeriksaan otomatis menemukan ${facts.problems} hal yang harus diperbaiki.`,
    en: `The automatic checks found ${facts.problems} things to correct.`,
  }),
  'checks.exhausted': ({ facts }) => ({
    id: `Pemeriksaan otomatis masih menemukan ${facts.problems} masalah setelah jumlah perbaikan yang diperbolehkan.`,
    en: `The automatic checks still found ${facts.problems} problems after the corrections that are allowed.`,
  }),
  'checks.passed': always('Pemeriksaan otomatis lulus.', 'The automatic checks were passed.'),
  'packet.revised': always('Proposal yang diperbaiki diterima.', 'The corrected proposal was received.'),
  'packet.revision-refused': always(
    'Revisi yang tidak diminta diterima dan tidak dipakai.',
    'A revision that nobody had asked for came, and was not used.',
  ),
  'ask.answered': answered,
  'ask.reminded': ofAsk('belum dijawab; pengingat dikirim.', 'not answered yet; a reminder was sent.'),
  'ask.escalated': ofAsk(
    'belum dijawab; atasannya juga diminta.',
    'not answered yet; the superior is asked as well.',
  ),
  'ask.expired': ofAsk('tidak dijawab sampai batas waktunya.', 'not answered by its deadline.'),
  'proposal.verified': ({ facts }) => {
    const { membersConfirmed: confirmed } = facts;
    return {
      id: `Verifikasi selesai${confirmed === null ? '' : `; ${confirmed} anggota mengonfirmasi`}.`,
      en: `The verification is done${confirmed === null ? '' : `; ${confirmed} members confirmed`}.`,
    };
  },
  'award.waits-for-budget': ({ facts }) => ({
    id: `Semua sudah menyetujui; penetapan menunggu anggaran ${money(facts)}.`,
    en: `All have approved; the award waits for a budget of ${money(facts)}.`,
  }),
  'proposal.awarded': ({ facts }) => ({
    id: `Bantuan ${money(facts)} ditetapkan dengan SK ${facts.sk}.`,
    en: `The grant of ${money(facts)} was awarded by decree ${facts.sk}.`,
  }),
  'papers.reviewed': ({ facts }) => {
    const returned = Object.entries(facts).flatMap(([type, verdict]) => {
      const known = documentTypeSchema.safeParse(type);
      return known.success && verdict === 'returned' ? [documentName(known.data)] : [];
    });
    const { id, en } = trancheOf(facts);
    return returned.length === 0
      ? { id: `Dokumen ${id} diperiksa dan diterima.`, en: `The papers of ${en} were tested and accepted.` }
      : {
          id: `Dokumen ${id} dikembalikan untuk diperbaiki: ${returned.map((name) => name.id).join(', ')}.`,
          en: `Papers of ${en} were returned to be corrected: ${returned.map((name) => name.en).join(', ')}.`,
        };
  },
  'paper.cancelled': ({ facts }) => {
    const paper = String(facts.paper).toUpperCase();
    return {
      id: `${paper} untuk ${trancheOf(facts).id} dibatalkan sebelum dana dicairkan.`,
      en: `The ${paper} of ${trancheOf(facts).en} was cancelled before the money was released.`,
    };
  },
  'payment.sent': ofTranche('Perintah bayar dikirim ke bank:', 'The payment was sent to the bank:'),
  'payment.rejected': ofTranche('Bank menolak pembayaran', 'The bank refused the payment of'),
  'payment.returned': ofTranche('Bank mengembalikan pembayaran', 'The bank returned the payment of'),
  'tranche.settled': ({ facts }) => ({
    id: `Dana ${trancheOf(facts).id} sebesar ${money(facts)} masuk ke rekening kelompok.`,
    en: `${money(facts)} of ${trancheOf(facts).en} reached the group’s account.`,
  }),
  'tranche.unpaid': ({ facts }) => {
    const reason = rejectionReason(String(facts.reason));
    return {
      id: `Dana ${trancheOf(facts).id} tidak dibayarkan. ${reason.id}`,
      en: `${trancheOf(facts).en} is not paid. ${reason.en}`,
    };
  },
  'follow-up.started': always('Pelatihan dan pendampingan dimulai.', 'Training and mentoring began.'),
  'overdue.recorded': ({ facts }) => {
    const kind = askKindSchema.safeParse(facts.kind).data;
    return (
      kind && {
        id: `Terlambat: ${kindOf(kind).form.title.id}.`,
        en: `Overdue: ${kindOf(kind).form.title.en}.`,
      }
    );
  },
  'proposal.rejected': ({ facts }) => {
    const reason = rejectionReason(String(facts.reason));
    return {
      id: `Proposal tidak dilanjutkan. ${reason.id}`,
      en: `The proposal is not continued. ${reason.en}`,
    };
  },
  'proposal.reopened': always(
    'Keberatan dikabulkan; proposal diperiksa lagi dari awal.',
    'The objection was granted; the proposal is verified anew.',
  ),
  'rejection.upheld': always(
    'Keberatan tidak dikabulkan; penolakan bersifat akhir.',
    'The objection was not granted; the rejection is final.',
  ),
  'receipts.recorded': ({ facts }) => ({
    id: `Dari ${facts.of} anggota, ${facts.confirmed} menegaskan sudah menerima manfaat ${trancheOf(facts).id}.`,
    en: `Of ${facts.of} members, ${facts.confirmed} confirmed that they received the benefit of ${trancheOf(facts).en}.`,
  }),
  'proposal.halted': always(
    'Proses berhenti sementara karena gangguan sistem; administrator sudah diberi tahu.',
    'The process stands still because of a fault of the system; the administrators have been told.',
  ),
  'proposal.redriven': always('Proses dilanjutkan.', 'The process goes on.'),
  'deposit.owed': ({ facts }) => ({
    id: `${money(facts)} harus disetor ke kas negara.`,
    en: `${money(facts)} has to be deposited into kas negara.`,
  }),
  'deposit.resumed': ({ facts }) => ({
    id: `Setoran ${money(facts)} ke kas negara ditagih lagi.`,
    en: `The deposit of ${money(facts)} into kas negara is asked for again.`,
  }),
  'deposit.cancelled': ({ facts }) => ({
    id: `Setoran ${money(facts)} dibatalkan; dana itu tidak perlu disetor.`,
    en: `The deposit of ${money(facts)} was cancelled; that money need not be deposited.`,
  }),
  'deposit.confirmed': ({ facts }) => ({
    id: `Setoran ${money(facts)} sudah masuk ke kas negara (NTPN ${facts.ntpn}).`,
    en: `The deposit of ${money(facts)} is in kas negara (NTPN ${facts.ntpn}).`,
  }),
  'proposal.closed': ({ facts }) => ({
    id: `Proses selesai; ${facts.peopleTrained} orang dilatih.`,
    en: `The process is closed; ${facts.peopleTrained} people were trained.`,
  }),
};
