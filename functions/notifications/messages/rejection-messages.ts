/** Messages about a rejection: why, how to object to it, and what came of the objection. */

import { type Bilingual, both, writtenDate, writtenMoment } from '#domain/text/bilingual.ts';
import type { AskFacts } from '#functions/notifications/messages/ask-messages.ts';
import type { Block, Message } from '#functions/notifications/messages/message.ts';
import { statusBlocks } from '#functions/notifications/messages/status-block.ts';

/** Why a proposal was rejected or a tranche was not paid, in plain words. */
const rejectionReasons: Record<string, Bilingual> = {
  'earlier-tranche-unpaid': {
    id: 'Tahap sebelumnya tidak dibayarkan.',
    en: 'An earlier tranche was not paid.',
  },
  'receipt-unconfirmed': {
    id: 'Terlalu sedikit anggota menegaskan bahwa mereka menerima manfaat tahap sebelumnya, dan auditor tidak melepaskan pembayaran ini.',
    en: 'Too few members confirmed that they received the benefit of the tranche before, and the auditor did not release this payment.',
  },
  'returned-after-close': {
    id: 'Dana kembali dari bank sesudah proposal ditutup.',
    en: 'The bank returned the money after the proposal was closed.',
  },
  expired: {
    id: 'Perbaikan yang diminta tidak kami terima sampai batas waktunya.',
    en: 'The correction we asked for did not arrive by its deadline.',
  },
  withdrawn: {
    id: 'Kelompok menarik kembali proposalnya.',
    en: 'The group withdrew its proposal.',
  },
  uncorrected: {
    id: 'Masalah dalam proposal masih ada setelah jumlah perbaikan yang diperbolehkan.',
    en: 'Problems remained in the proposal after the number of corrections that is allowed.',
  },
  'membership-denied': {
    id: 'Seseorang yang tercantum sebagai anggota menyatakan bukan anggota kelompok, dan verifikator membenarkannya.',
    en: 'A person who is named as a member said that they are not a member of the group, and the verifier found that to be true.',
  },
  'membership-unreviewed': {
    id: 'Seseorang yang tercantum sebagai anggota menyatakan bukan anggota kelompok, dan pemeriksaannya tidak selesai sampai batas waktu.',
    en: 'A person who is named as a member said that they are not a member of the group, and the review did not end by its deadline.',
  },
  'membership-unconfirmed': {
    id: 'Tidak cukup anggota mengonfirmasi keanggotaannya sampai batas waktu.',
    en: 'Too few members confirmed their membership by the deadline.',
  },
  'not-verified': {
    id: 'Kunjungan lapangan tidak membenarkan isi proposal.',
    en: 'The site visit did not bear out the proposal.',
  },
  'not-visited': {
    id: 'Kunjungan lapangan tidak terlaksana sampai batas waktunya.',
    en: 'The site visit did not take place by its deadline.',
  },
  rejected: {
    id: 'Pejabat yang berwenang menolak proposal.',
    en: 'The competent official rejected the proposal.',
  },
  'approver-silent': {
    id: 'Keputusan tidak diambil sampai batas waktunya.',
    en: 'No decision was taken by the deadline.',
  },
  'no-budget': {
    id: 'Anggaran program untuk provinsi Anda tahun ini sudah habis.',
    en: 'The programme’s budget for your province is used up for this year.',
  },
  'returned-too-often': {
    id: 'Proposal sudah dikembalikan sebanyak yang diperbolehkan.',
    en: 'The proposal was returned as often as is allowed.',
  },
  'documents-missing': {
    id: 'Dokumen pencairan tidak kami terima sampai batas waktunya.',
    en: 'The documents for the payment did not arrive by their deadline.',
  },
  'papers-returned': {
    id: 'Dokumen pencairan sudah dikembalikan sebanyak yang diperbolehkan.',
    en: 'The papers for the payment were returned as often as is allowed.',
  },
  'order-cancelled': {
    id: 'Permintaan atau perintah pembayaran (SPP atau SPM) sudah dibatalkan sebanyak yang diperbolehkan.',
    en: 'The request or order for payment (SPP or SPM) was cancelled as often as is allowed.',
  },
  'spp-not-issued': {
    id: 'Surat permintaan pembayaran (SPP) tidak diterbitkan sampai batas waktunya.',
    en: 'The request for payment (SPP) was not issued by its deadline.',
  },
  'spm-refused': {
    id: 'Pejabat penguji menolak menerbitkan surat perintah membayar (SPM).',
    en: 'The testing official refused to issue the payment order (SPM).',
  },
  'spm-not-issued': {
    id: 'Surat perintah membayar (SPM) tidak diterbitkan sampai batas waktunya.',
    en: 'The payment order (SPM) was not issued by its deadline.',
  },
  'sp2d-refused': {
    id: 'KPPN mengembalikan surat perintah membayar (SPM).',
    en: 'The treasury office (KPPN) returned the payment order (SPM).',
  },
  'sp2d-not-issued': {
    id: 'Surat perintah pencairan dana (SP2D) tidak diterbitkan sampai batas waktunya.',
    en: 'The order to release the money (SP2D) was not issued by its deadline.',
  },
  'account-refused': {
    id: 'Bank menolak semua rekening yang diberikan kelompok.',
    en: 'The bank refused every account that the group gave.',
  },
  'account-not-corrected': {
    id: 'Bank menolak rekening kelompok, dan rekening lain tidak kami terima sampai batas waktunya.',
    en: 'The bank refused the group’s account, and no other account arrived by the deadline.',
  },
  'account-not-accepted': {
    id: 'Bank menolak rekening kelompok, dan rekening lain yang diberikan tidak diterima oleh PPK.',
    en: 'The bank refused the group’s account, and the PPK accepted none that was given instead.',
  },
  lapsed: {
    id: 'Hari terakhir pencairan tahun anggaran ini sudah lewat sebelum dana dibayarkan, sehingga dana tahap ini gugur.',
    en: 'The last day for payments of this fiscal year passed before the money was paid, so this tranche has lapsed.',
  },
  'account-papers-missing': {
    id: 'Dokumen yang menyebut rekening baru tidak kami terima sampai batas waktunya.',
    en: 'The papers that name the new account did not arrive by their deadline.',
  },
};

/** The reason, by its code as the state machines give it, in plain words. */
export function rejectionReason(reason: string): Bilingual {
  return rejectionReasons[reason] ?? { id: `Alasan: ${reason}.`, en: `Reason: ${reason}.` };
}

interface OfProposal {
  proposalId: string;
  groupName: string;
  /** The status page, for the group's contact. */
  statusUrl?: string;
}

function subjectOf({ id, en }: Bilingual, { groupName, proposalId }: OfProposal): Bilingual {
  return {
    id: `${id} – ${groupName} (${proposalId})`,
    en: `${en} – ${groupName} (${proposalId})`,
  };
}

const notContinued: Bilingual = { id: 'Proposal tidak dilanjutkan', en: 'Proposal not continued' };

/** Why it was rejected, and what the deciding person wrote. */
function rejection({
  groupName,
  reason,
  comment,
}: OfProposal & { reason: string; comment?: string }): Block[] {
  return [
    {
      id: `Proposal kelompok ${groupName} tidak dapat dilanjutkan.`,
      en: `The proposal of the group ${groupName} cannot be continued.`,
    },
    rejectionReason(reason),
    ...(comment === undefined ? [] : [note(comment)]),
  ];
}

function note(comment: string): Block {
  return {
    facts: [[{ id: 'Catatan pejabat', en: 'The official’s note' }, both(comment)]],
  };
}

const freeToApply: Bilingual = {
  id: 'Anggota kelompok bebas ikut dalam proposal lain. Proposal baru dikirim dalam folder dengan nama yang baru.',
  en: 'The members are free to join another proposal. A new proposal is sent in a folder of a new name.',
};

const final: Bilingual = {
  id: 'Penolakan ini bersifat akhir; tidak ada keberatan lagi.',
  en: 'This rejection is final; there is no further objection.',
};

/** Notifies the group that its proposal was rejected, and why, where it cannot object. */
export function proposalRejected(
  facts: OfProposal & {
    /** The reason's code, as the state machines give it. */
    reason: string;
    /** What the deciding person wrote. */
    comment?: string;
    /** Whether the group has objected before, so that this rejection is final. */
    final: boolean;
  },
): Message {
  return {
    subject: subjectOf(notContinued, facts),
    blocks: [
      ...rejection(facts),
      ...(facts.final ? [final] : []),
      freeToApply,
      ...statusBlocks(facts.statusUrl),
    ],
  };
}

/** Notifies the leader that the proposal was rejected, why, and how and until when the group may object. */
export function rejectionToObjectTo(
  facts: AskFacts & OfProposal & { reason: string; comment?: string },
): Message {
  const lastDay = writtenDate(facts.until);
  return {
    subject: subjectOf(notContinued, facts),
    blocks: [
      { id: `Yth. ${facts.name},`, en: `Dear ${facts.name},` },
      ...rejection(facts),
      {
        id: `Kelompok Anda berhak mengajukan keberatan satu kali, paling lambat ${lastDay.id}, dengan alasan dan, bila perlu, berkas pendukung. Orang yang belum pernah memutuskan proposal ini akan menilainya, dan keputusannya bersifat akhir.`,
        en: `Your group has the right to object once, by ${lastDay.en} at the latest, with a reason and, if it helps, with files. An official who has decided nothing about this proposal will judge it, and that decision is final.`,
      },
      {
        facts: [
          [{ id: 'Nomor proposal', en: 'Proposal number' }, both(facts.proposalId)],
          [{ id: 'Batas waktu keberatan', en: 'Object by' }, writtenMoment(facts.until)],
        ],
      },
      {
        action: { id: 'Buka halaman keberatan', en: 'Open the page to object' },
        url: facts.url,
      },
      freeToApply,
      ...statusBlocks(facts.statusUrl),
    ],
  };
}

/** Notifies the group that its objection was granted, and what happens now. */
export function objectionGranted(facts: OfProposal & { comment?: string }): Message {
  return {
    subject: subjectOf({ id: 'Keberatan dikabulkan', en: 'Objection granted' }, facts),
    blocks: [
      {
        id: `Keberatan kelompok ${facts.groupName} dikabulkan. Proposal diperiksa lagi dari awal.`,
        en: `The objection of the group ${facts.groupName} was granted. The proposal is verified again.`,
      },
      ...(facts.comment === undefined ? [] : [note(facts.comment)]),
      {
        id: 'Anggota yang sementara ini ikut dalam proposal lain akan muncul sebagai hal yang harus diperbaiki. Jika proposal ditolak lagi, penolakan itu bersifat akhir.',
        en: 'Members who have joined another proposal in the meantime will show as something to correct. If the proposal is rejected again, that rejection is final.',
      },
      ...statusBlocks(facts.statusUrl),
    ],
  };
}

/** Notifies the group that the rejection stands although it objected. */
export function rejectionUpheld(
  facts: OfProposal & {
    /** `expired`: there was no decision in time. */
    outcome: 'dismissed' | 'expired';
    comment?: string;
  },
): Message {
  return {
    subject: subjectOf({ id: 'Keberatan tidak dikabulkan', en: 'Objection not granted' }, facts),
    blocks: [
      facts.outcome === 'dismissed'
        ? {
            id: `Keberatan kelompok ${facts.groupName} ditolak.`,
            en: `The objection of the group ${facts.groupName} was dismissed.`,
          }
        : {
            id: `Keberatan kelompok ${facts.groupName} tidak diputuskan sampai batas waktunya, sehingga penolakan tetap berlaku.`,
            en: `The objection of the group ${facts.groupName} was not decided by its deadline, so the rejection stands.`,
          },
      ...(facts.comment === undefined ? [] : [note(facts.comment)]),
      final,
      freeToApply,
      ...statusBlocks(facts.statusUrl),
    ],
  };
}
