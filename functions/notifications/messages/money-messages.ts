/** Messages about money: a tranche that arrived, and files of the bank that cannot be read or say odd things. */

import { type Bilingual, both, writtenDate } from '#domain/text/bilingual.ts';
import type { Message } from '#functions/notifications/messages/message.ts';
import { statusBlocks } from '#functions/notifications/messages/status-block.ts';

/** Notifies the group that a tranche has reached its account. */
export function trancheSettled(facts: {
  proposalId: string;
  groupName: string;
  /** The status page, for the group's contact. */
  statusUrl?: string;
  tranche: number;
  /** Formatted rupiah. */
  amount: string;
  /** Masked account number. */
  account: string;
  /** ISO date of settlement. */
  settledOn: string;
  /** The bank's reference. */
  reference?: string;
}): Message {
  return {
    subject: {
      id: `Dana tahap ${facts.tranche} sudah masuk – ${facts.groupName} (${facts.proposalId})`,
      en: `Tranche ${facts.tranche} has been paid – ${facts.groupName} (${facts.proposalId})`,
    },
    blocks: [
      {
        id: `Dana bantuan tahap ${facts.tranche} sudah masuk ke rekening kelompok.`,
        en: `Tranche ${facts.tranche} of the grant has reached the group’s account.`,
      },
      {
        facts: [
          [{ id: 'Jumlah', en: 'Amount' }, both(facts.amount)],
          [{ id: 'Rekening', en: 'Account' }, both(facts.account)],
          [{ id: 'Tanggal', en: 'Date' }, writtenDate(facts.settledOn)],
          ...(facts.reference === undefined
            ? []
            : [[{ id: 'Referensi bank', en: 'Bank reference' }, both(facts.reference)] as const]),
        ],
      },
      {
        id: 'Dana ini milik kelompok. Siapa pun yang meminta bagian darinya melanggar hukum; laporkan kepada kami.',
        en: 'This money belongs to the group. Any person who asks for a share of it breaks the law; report it to us.',
      },
      ...statusBlocks(facts.statusUrl),
    ],
  };
}

/** Notifies the group and the administrators that money which had arrived came back. */
export function trancheReturned(facts: {
  proposalId: string;
  groupName: string;
  /** The status page, for the group's contact. */
  statusUrl?: string;
  tranche: number;
  /** Formatted rupiah. */
  amount: string;
  /** Masked account number. */
  account: string;
  /** The bank's reason: an ISO 20022 code, or its own. */
  reason: string;
  /** Whether the proposal was closed before, so that no other account is asked for. */
  closed: boolean;
}): Message {
  return {
    subject: {
      id: `Dana tahap ${facts.tranche} dikembalikan bank – ${facts.groupName} (${facts.proposalId})`,
      en: `The bank returned tranche ${facts.tranche} – ${facts.groupName} (${facts.proposalId})`,
    },
    blocks: [
      {
        id: `Dana bantuan tahap ${facts.tranche} yang sudah dibayarkan telah dikembalikan oleh bank.`,
        en: `Tranche ${facts.tranche} of the grant, which had been paid, was returned by the bank.`,
      },
      {
        facts: [
          [{ id: 'Jumlah', en: 'Amount' }, both(facts.amount)],
          [{ id: 'Rekening', en: 'Account' }, both(facts.account)],
          [{ id: 'Alasan bank', en: 'The bank’s reason' }, both(facts.reason)],
        ],
      },
      facts.closed
        ? {
            id: 'Proposal sudah ditutup, sehingga dana tidak dibayarkan lagi melalui sistem ini.',
            en: 'The proposal is closed, so the money is not paid again through this system.',
          }
        : {
            id: 'Ketua kelompok akan diminta menyebutkan rekening lain; sesudah itu dana dibayarkan lagi.',
            en: 'The group’s leader will be asked for another account; then the money is paid again.',
          },
      ...statusBlocks(facts.statusUrl),
    ],
  };
}

function aboutDeposit({ groupName, proposalId }: { groupName: string; proposalId: string }): string {
  return `${groupName} (${proposalId})`;
}

/** Notifies the group that an official wants money back, and what comes next. */
export function moneyRecalled(facts: {
  proposalId: string;
  groupName: string;
  /** The status page, for the group's contact. */
  statusUrl?: string;
  /** Formatted rupiah. */
  amount: string;
  /** The number of the decision. */
  decision: string;
  reason: string;
}): Message {
  return {
    subject: {
      id: `Dana harus disetor kembali – ${aboutDeposit(facts)}`,
      en: `Money has to be returned – ${aboutDeposit(facts)}`,
    },
    blocks: [
      {
        id: 'Sebagian dana bantuan harus disetor kembali ke kas negara.',
        en: 'A part of the grant has to go back to kas negara.',
      },
      {
        facts: [
          [{ id: 'Jumlah', en: 'Amount' }, both(facts.amount)],
          [{ id: 'Nomor keputusan', en: 'Number of the decision' }, both(facts.decision)],
          [{ id: 'Alasan', en: 'Reason' }, both(facts.reason)],
        ],
      },
      {
        id: 'Tunggu pesan berikutnya: di dalamnya ada kode billing dan batas waktunya. Setorkan hanya dengan kode itu, di bank atau kantor pos; jangan serahkan uang kepada siapa pun.',
        en: 'Wait for the next message, which has the billing code and the deadline. Pay by that code only, at a bank or post office; do not hand the money to any person.',
      },
      ...statusBlocks(facts.statusUrl),
    ],
  };
}

/** Notifies the group that it need not deposit what it was asked for. */
export function depositCancelled(facts: {
  proposalId: string;
  groupName: string;
  /** The status page, for the group's contact. */
  statusUrl?: string;
  /** Formatted rupiah. */
  amount: string;
  reason: string;
}): Message {
  return {
    subject: {
      id: `Setoran dibatalkan – ${aboutDeposit(facts)}`,
      en: `Deposit cancelled – ${aboutDeposit(facts)}`,
    },
    blocks: [
      {
        id: 'Dana ini tidak perlu disetor. Jangan gunakan lagi kode billingnya.',
        en: 'This money need not be deposited. Do not use its billing code any more.',
      },
      {
        facts: [
          [{ id: 'Jumlah', en: 'Amount' }, both(facts.amount)],
          [{ id: 'Alasan', en: 'Reason' }, both(facts.reason)],
        ],
      },
      ...statusBlocks(facts.statusUrl),
    ],
  };
}

/** Notifies the group that its deposit is in kas negara. */
export function depositConfirmed(facts: {
  proposalId: string;
  groupName: string;
  /** The status page, for the group's contact. */
  statusUrl?: string;
  /** Formatted rupiah. */
  amount: string;
  ntpn: string;
  /** ISO date. */
  depositedOn: string;
}): Message {
  return {
    subject: {
      id: `Setoran sudah diterima kas negara – ${aboutDeposit(facts)}`,
      en: `Deposit confirmed – ${aboutDeposit(facts)}`,
    },
    blocks: [
      {
        id: 'Setoran kelompok sudah dipastikan masuk ke kas negara. Simpan bukti setornya.',
        en: 'The group’s deposit is confirmed to be in kas negara. Keep the slip.',
      },
      {
        facts: [
          [{ id: 'Jumlah', en: 'Amount' }, both(facts.amount)],
          [{ id: 'NTPN', en: 'NTPN' }, both(facts.ntpn)],
          [{ id: 'Tanggal setor', en: 'Date of the deposit' }, writtenDate(facts.depositedOn)],
        ],
      },
      ...statusBlocks(facts.statusUrl),
    ],
  };
}

/** Notifies the auditor that members denied having received the benefit of a tranche, or that too few confirmed it. */
export function receiptsDoubtful(facts: {
  proposalId: string;
  groupName: string;
  tranche: number;
  /** How many members said what, of how many who were asked, and how many must confirm. */
  confirmed: number;
  denied: number;
  of: number;
  needed: number;
}): Message {
  return {
    subject: {
      id: `Penerimaan manfaat diragukan – ${facts.groupName} (${facts.proposalId})`,
      en: `Receipt of the benefit in doubt – ${facts.groupName} (${facts.proposalId})`,
    },
    blocks: [
      {
        id: `Anggota kelompok ${facts.groupName} ditanya apakah sudah menerima manfaat dana tahap ${facts.tranche}. Tidak ada pembayaran yang menunggu jawaban ini; pesan ini untuk diketahui dan diperiksa.`,
        en: `The members of the group ${facts.groupName} were asked whether the benefit of tranche ${facts.tranche} has reached them. No payment waits for the answer; this message is for you to know and to look into.`,
      },
      {
        facts: [
          [{ id: 'Menegaskan sudah menerima', en: 'Confirmed' }, both(`${facts.confirmed} / ${facts.of}`)],
          [{ id: 'Menyatakan belum menerima', en: 'Denied' }, both(`${facts.denied} / ${facts.of}`)],
          [{ id: 'Paling sedikit yang diharapkan', en: 'Expected at least' }, both(String(facts.needed))],
        ],
      },
    ],
  };
}

/** Notifies the admin that a file from the bank was set aside whole, why, and what to do. */
export function bankFileRefused(facts: { key: string; problems: readonly Bilingual[] }): Message {
  return {
    subject: {
      id: `Berkas bank tidak dapat dibaca – ${facts.key}`,
      en: `Bank file cannot be read – ${facts.key}`,
    },
    blocks: [
      {
        id: `Berkas ${facts.key} dari bank tidak dapat dipakai. Tidak ada status pembayaran yang berubah; berkas tetap disimpan.`,
        en: `The file ${facts.key} from the bank cannot be used. No payment has changed; the file has been kept.`,
      },
      { list: facts.problems },
      {
        id: 'Minta bank mengirim berkas yang benar dengan nama baru.',
        en: 'Ask the bank for a correct file under a new name.',
      },
    ],
  };
}

/** Notifies the admin that the bank has not booked payments within the days that it has. */
export function bookingsLate(facts: { count: number; payments: readonly string[] }): Message {
  return {
    subject: {
      id: `${facts.count} pembayaran belum dibukukan bank`,
      en: `${facts.count} payments are not booked by the bank`,
    },
    blocks: [
      {
        id: 'Pembayaran berikut sudah dikirim, atau dinyatakan selesai oleh bank, tetapi belum ada pada rekening koran dalam batas harinya. Tanyakan kepada bank dengan nomor ini; jangan kirim lagi. Pertanyaannya ada pada daftar kerja (jaring bank worklist) dan selesai sendiri bila pembukuannya datang.',
        en: 'These payments were sent, or the bank says that they are done, and no statement has booked them within the days that the bank has. Ask the bank by these ids; send nothing again. They are questions on the worklist (jaring bank worklist), which end by themselves when the booking comes.',
      },
      { list: facts.payments.map((id) => ({ id, en: id })) },
    ],
  };
}

/** Notifies the admin that a file of the bank was read, but speaks of payments that are not ours or contradicts itself. */
export function bankFileOdd(facts: {
  key: string;
  /** EndToEndIds that were never given, or that belong to another run. */
  unknown: readonly string[];
  /** EndToEndIds for which it says the opposite of what was said before. */
  contradictions: readonly string[];
  /** EndToEndIds that the bank has paid more than once. */
  paidAgain: readonly string[];
  /** What in it is not ours or could not be understood, counted. */
  kept: readonly Bilingual[];
}): Message {
  return {
    subject: {
      id: `Jawaban bank perlu diperiksa – ${facts.key}`,
      en: `Bank answer needs a look – ${facts.key}`,
    },
    blocks: [
      {
        id: `Berkas ${facts.key} sudah dibaca. Baris berikut tidak mengubah apa pun dan perlu diperiksa bersama bank; semuanya ada pada daftar kerja (jaring bank worklist).`,
        en: `The file ${facts.key} has been read. The following lines changed nothing and have to be looked into with the bank; they are on the worklist (jaring bank worklist).`,
      },
      {
        list: [
          ...facts.unknown.map((id) => ({
            id: `${id}: tidak dikenal, atau milik berkas lain`,
            en: `${id}: unknown, or part of another file`,
          })),
          ...facts.contradictions.map((id) => ({
            id: `${id}: bertentangan dengan yang sudah diketahui (status atau jumlah)`,
            en: `${id}: contradicts what is known (its state or its amount)`,
          })),
          ...facts.paidAgain.map((id) => ({
            id: `${id}: dibayar bank lebih dari satu kali; mintalah kelebihannya kembali`,
            en: `${id}: paid by the bank more than once; get the surplus back`,
          })),
        ],
      },
      ...(facts.kept.length === 0
        ? []
        : [
            {
              id: 'Selain itu berkas memuat yang bukan milik kita atau yang tidak dapat dipahami:',
              en: 'The file also has what is not ours or cannot be understood:',
            },
            { list: facts.kept },
          ]),
    ],
  };
}
