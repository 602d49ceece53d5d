/** Messages about a proposal's life: refused revisions, the award, the end, what is overdue, and what went wrong. */

import { type Bilingual, both, writtenDate, writtenMoment } from '#domain/text/bilingual.ts';
import type { Message } from '#functions/notifications/messages/message.ts';
import { statusBlocks } from '#functions/notifications/messages/status-block.ts';

function about(groupName: string, proposalId: string) {
  return `${groupName} (${proposalId})`;
}

/** Notifies the sender of a revision that none is awaited, or why it cannot be taken. */
export function revisionRefused(facts: {
  proposalId: string;
  groupName: string;
  /** The status page, for the group's contact. */
  statusUrl?: string;
  /** `not-open`: no correction is awaited. `rejected`: the proposal has ended. Otherwise quoted as it is. */
  reason: 'no-open-correction' | 'ended' | (string & {});
}): Message {
  const reasons: Record<string, Bilingual> = {
    'no-open-correction': {
      id: 'Saat ini tidak ada perbaikan yang diminta untuk proposal ini. Isi proposal yang sedang diproses tidak berubah.',
      en: 'No correction is being asked for at the moment. The proposal that is being processed has not changed.',
    },
    ended: {
      id: 'Proses proposal ini sudah berakhir. Untuk mengajukan lagi, kirim berkas baru dengan nama folder yang baru.',
      en: 'This proposal has ended. To apply again, send a new packet in a folder of a new name.',
    },
  };
  return {
    subject: {
      id: `Revisi tidak diterima – ${about(facts.groupName, facts.proposalId)}`,
      en: `Revision not accepted – ${about(facts.groupName, facts.proposalId)}`,
    },
    blocks: [
      {
        id: 'Kami menerima proposal.json yang baru, tetapi tidak dapat memakainya.',
        en: 'We received a new proposal.json but cannot use it.',
      },
      reasons[facts.reason] ?? both(facts.reason),
      ...statusBlocks(facts.statusUrl),
    ],
  };
}

const noNewGrant: Bilingual = {
  id: 'Selama laporan pertanggungjawaban (LPJ) belum diserahkan, atau dana yang harus kembali belum masuk kas negara, anggota kelompok tidak dapat menerima bantuan baru.',
  en: 'Until the accountability report (LPJ) is handed in, and money to return is in kas negara, the members cannot receive a new grant.',
};

const closings: Record<'complete' | 'with-overdue' | 'partly-paid', Bilingual> = {
  complete: {
    id: 'Semua tahap selesai: dana dibayarkan, pelatihan dan pendampingan dilaksanakan, laporan diterima. Terima kasih.',
    en: 'All stages are complete: the money was paid, training and mentoring took place, the reports came in. Thank you.',
  },
  'with-overdue': {
    id: 'Proses ditutup, tetapi ada kewajiban yang tidak dipenuhi sampai batas waktunya.',
    en: 'The process is closed, but something that was due was not done by its deadline.',
  },
  'partly-paid': {
    id: 'Proses ditutup. Tidak semua tahap dana dapat dibayarkan.',
    en: 'The process is closed. Not every tranche could be paid.',
  },
};

/** Announces that all have approved, and that the award waits for room on its budget line. */
export function awardWaits(facts: {
  proposalId: string;
  groupName: string;
  /** The status page, for the group's contact. */
  statusUrl?: string;
  /** Formatted rupiah. */
  amount: string;
  budgetLine: string;
  /** When it waits no longer (ISO). */
  until: string;
}): Message {
  return {
    subject: {
      id: `Menunggu anggaran – ${about(facts.groupName, facts.proposalId)}`,
      en: `Waiting for budget – ${about(facts.groupName, facts.proposalId)}`,
    },
    blocks: [
      {
        id: 'Proposal sudah disetujui, tetapi pagu anggaran yang tersisa tidak cukup. Penetapan bantuan menunggu sampai ada anggaran; kelompok tidak perlu melakukan apa pun.',
        en: 'The proposal has been approved, but what is left of the budget is not enough. The award waits until there is room; the group need not do anything.',
      },
      {
        facts: [
          [{ id: 'Jumlah', en: 'Amount' }, both(facts.amount)],
          [{ id: 'Pagu anggaran', en: 'Budget line' }, both(facts.budgetLine)],
          [
            { id: 'Menunggu paling lama sampai', en: 'Waits at the latest until' },
            writtenMoment(facts.until),
          ],
        ],
      },
      ...statusBlocks(facts.statusUrl),
    ],
  };
}

/** Notifies the group that everything is over, and how it ended. */
export function proposalClosed(facts: {
  proposalId: string;
  groupName: string;
  /** The status page, for the group's contact. */
  statusUrl?: string;
  result: 'complete' | 'with-overdue' | 'partly-paid';
  /** Whether the group owes a report or money. */
  groupOwes: boolean;
}): Message {
  return {
    subject: {
      id: `Proses selesai – ${about(facts.groupName, facts.proposalId)}`,
      en: `Process closed – ${about(facts.groupName, facts.proposalId)}`,
    },
    blocks: [
      closings[facts.result],
      ...(facts.groupOwes ? [noNewGrant] : []),
      ...statusBlocks(facts.statusUrl),
    ],
  };
}

/** Notifies the admin that a person who is named as a member says they are none, after the membership was settled. */
export function membershipDeniedLate(facts: {
  proposalId: string;
  groupName: string;
  /** The member's number in the packet; the name is on the pages of those who may see it. */
  member: number;
}): Message {
  return {
    subject: {
      id: `Anggota menyangkal keanggotaan – ${about(facts.groupName, facts.proposalId)}`,
      en: `A member denies membership – ${about(facts.groupName, facts.proposalId)}`,
    },
    blocks: [
      {
        id: `Orang yang tercantum sebagai anggota nomor ${facts.member} menyatakan bukan anggota kelompok ${facts.groupName}. Jawaban ini datang setelah keanggotaan kelompok dinyatakan cukup, jadi proses berjalan terus.`,
        en: `The person named as member ${facts.member} says that they are not a member of the group ${facts.groupName}. The answer came after the membership of the group had been settled, so the process goes on.`,
      },
      {
        id: 'Hubungi orang itu dan verifikatornya sebelum keputusan atau pembayaran berikutnya. Jika benar, pejabat pada langkah berikutnya dapat mengembalikan atau menolak proposal.',
        en: 'Speak with that person and with the verifier before the next decision or payment. If it is true, the official at the next step can return or reject the proposal.',
      },
    ],
  };
}

/** Notifies the admin that a proposal stopped by a fault of the system, and what to do. */
export function proposalHalted(facts: {
  proposalId: string;
  groupName: string;
  /** The stage that it is in. */
  stage: string;
  /** The execution that failed, where it is not the proposal's own. */
  execution?: string;
  /** The error's name, as Step Functions reports it; never its details, which may hold personal data. */
  error: string;
}): Message {
  const { execution } = facts;
  return {
    subject: {
      id: `Proses terhenti karena kesalahan – ${about(facts.groupName, facts.proposalId)}`,
      en: `Process halted by a fault – ${about(facts.groupName, facts.proposalId)}`,
    },
    blocks: [
      {
        id: `Proses berhenti pada tahap ${facts.stage} karena kesalahan sistem: ${facts.error}. Tidak ada data yang hilang, dan jawaban yang datang sementara itu tetap dicatat.`,
        en: `The process was halted in stage ${facts.stage} by a fault of the system: ${facts.error}. No data is lost, and answers that come meanwhile are recorded.`,
      },
      {
        id: `Periksa riwayat eksekusi, perbaiki penyebabnya, lalu lanjutkan eksekusi ${execution ?? 'proposal'} (redrive) dari titik berhentinya, paling lambat 14 hari lagi. Caranya ada di docs/operations.md.`,
        en: `Look into the execution’s history, remove the cause, then redrive the execution ${execution ?? 'of the proposal'} from where it stopped, within 14 days. docs/operations.md says how.`,
      },
    ],
  };
}

/** Notifies the group that it has been awarded the grant, and how it is paid. */
export function awardGranted(facts: {
  proposalId: string;
  groupName: string;
  /** The status page, for the group's contact. */
  statusUrl?: string;
  decreeNumber: string;
  agreementNumber: string;
  /** Date of the decree (ISO date). */
  date: string;
  /** Formatted rupiah. */
  amount: string;
  tranches: readonly { number: number; amount: string }[];
}): Message {
  return {
    subject: {
      id: `Bantuan disetujui – ${about(facts.groupName, facts.proposalId)}`,
      en: `Grant awarded – ${about(facts.groupName, facts.proposalId)}`,
    },
    blocks: [
      {
        id: `Selamat. Kelompok ${facts.groupName} ditetapkan sebagai penerima bantuan.`,
        en: `Congratulations. The group ${facts.groupName} has been named as a recipient of the grant.`,
      },
      {
        facts: [
          [{ id: 'Surat Keputusan (SK)', en: 'Decree (SK)' }, both(facts.decreeNumber)],
          [{ id: 'Perjanjian Kerja Sama (PKS)', en: 'Agreement (PKS)' }, both(facts.agreementNumber)],
          [{ id: 'Tanggal', en: 'Date' }, writtenDate(facts.date)],
          [{ id: 'Jumlah', en: 'Amount' }, both(facts.amount)],
          ...facts.tranches.map(
            ({ number, amount }) =>
              [{ id: `Tahap ${number}`, en: `Tranche ${number}` }, both(amount)] as const,
          ),
        ],
      },
      {
        id: 'Kami akan meminta dokumen pencairan lewat pesan tersendiri.',
        en: 'We will ask for the documents for the payment in a separate message.',
      },
      ...statusBlocks(facts.statusUrl),
    ],
  };
}

/** Notifies the group that an obligation is overdue and what follows from it. */
export function overdueRecorded(facts: {
  proposalId: string;
  groupName: string;
  /** The status page, for the group's contact. */
  statusUrl?: string;
  /** What is overdue, by name. */
  what: Bilingual;
  /** Since when (ISO). */
  since: string;
  /** Whose duty it was: the group's, or an officer's. */
  duty: 'group' | 'officer';
}): Message {
  return {
    subject: {
      id: `Kewajiban terlambat: ${facts.what.id} – ${about(facts.groupName, facts.proposalId)}`,
      en: `Overdue: ${facts.what.en} – ${about(facts.groupName, facts.proposalId)}`,
    },
    blocks: [
      {
        id: `Kami tidak menerima ${facts.what.id} sampai batas waktunya. Ini dicatat sebagai kewajiban terlambat.`,
        en: `We did not receive by its deadline: ${facts.what.en}. It has been recorded as overdue.`,
      },
      { facts: [[{ id: 'Sejak', en: 'Since' }, writtenDate(facts.since)]] },
      facts.duty === 'group'
        ? noNewGrant
        : {
            id: 'Ini kewajiban petugas, bukan kewajiban kelompok.',
            en: 'This was an officer’s duty, not the group’s.',
          },
      ...statusBlocks(facts.statusUrl),
    ],
  };
}
