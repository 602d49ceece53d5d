/** Messages about payment runs: that one is to be released, that no one can, and that it was withdrawn. */
import { releaseForm, type WithdrawalReason } from '#domain/money/payment-run.ts';
import { type Bilingual, both, writtenMoment } from '#domain/text/bilingual.ts';
import type { Block, Message } from '#functions/notifications/messages/message.ts';

interface RunFacts {
  runId: string;
  count: number;
  /** Formatted rupiah. */
  sum: string;
}

interface ReleaseFacts extends RunFacts {
  /** The person addressed. */
  name: string;
  /** The personal link. */
  url: string;
  /** When the bank's cut-off is (ISO). */
  until: string;
}

function runRows({ runId, count, sum }: RunFacts): [Bilingual, Bilingual][] {
  return [
    [{ id: 'Nomor kelompok bayar', en: 'Payment run' }, both(runId)],
    [{ id: 'Banyaknya pembayaran', en: 'Payments' }, both(String(count))],
    [{ id: 'Jumlah', en: 'Sum' }, both(sum)],
  ];
}

function releaseMessage(lead: Bilingual, facts: ReleaseFacts, first: Bilingual): Message {
  return {
    subject: {
      id: `${lead.id}${releaseForm.title.id} (${facts.runId})`,
      en: `${lead.en}${releaseForm.title.en} (${facts.runId})`,
    },
    blocks: [
      { id: `Yth. ${facts.name},`, en: `Dear ${facts.name},` },
      first,
      {
        facts: [
          ...runRows(facts),
          [{ id: 'Batas waktu bank', en: 'The bank’s cut-off' }, writtenMoment(facts.until)],
        ],
      },
      { action: { id: 'Buka halaman untuk memutuskan', en: 'Open the page to decide' }, url: facts.url },
      {
        id: 'Tanpa keputusan sebelum batas waktu, tidak ada yang dikirim ke bank; pembayaran menunggu hari kerja bank berikutnya.',
        en: 'Without a decision before the cut-off nothing goes to the bank; the payments wait for its next working day.',
      },
      {
        id: 'Membalas pesan ini tidak menjawab permintaan; jawablah pada halaman di atas.',
        en: 'Replying to this message does not answer the request; answer on the page above.',
      },
    ],
  };
}

/** Asks a treasurer to release a payment run to the bank, or to hold it. */
export function runRelease(facts: ReleaseFacts): Message {
  return releaseMessage({ id: '', en: '' }, facts, {
    id: 'Pembayaran berikut siap dikirim ke bank dan menunggu keputusan Anda.',
    en: 'The following payments are ready to go to the bank and wait for your decision.',
  });
}

/** Reminds them shortly before the bank's cut-off. */
export function runReleaseReminder(facts: ReleaseFacts): Message {
  return releaseMessage({ id: 'Pengingat: ', en: 'Reminder: ' }, facts, {
    id: 'Pembayaran berikut masih menunggu keputusan Anda, dan batas waktu bank sudah dekat.',
    en: 'The following payments still wait for your decision, and the bank’s cut-off is near.',
  });
}

const whyUnreleasable: Record<'no-holder' | 'four-eyes' | 'unreached', Bilingual> = {
  'no-holder': {
    id: 'Tidak ada Bendahara Pengeluaran untuk seluruh wilayah (*) dalam daftar petugas.',
    en: 'The directory has no treasurer for the whole country (*).',
  },
  'four-eyes': {
    id: 'Setiap Bendahara Pengeluaran sudah bertindak pada salah satu proposal yang dibayar (prinsip empat mata).',
    en: 'Every treasurer has acted for one of the proposals that are paid (four eyes).',
  },
  unreached: {
    id: 'Tidak satu pun Bendahara Pengeluaran yang berwenang dapat dihubungi lewat surel.',
    en: 'None of the treasurers who may decide can be reached.',
  },
};

/** Notifies the administrators that no one can release a run. */
export function runUnreleasable(
  facts: RunFacts & { why: keyof typeof whyUnreleasable; until: string },
): Message {
  return {
    subject: {
      id: `Tidak ada yang dapat melepas pembayaran ke bank (${facts.runId})`,
      en: `Nobody can release payments to the bank (${facts.runId})`,
    },
    blocks: [
      whyUnreleasable[facts.why],
      {
        facts: [
          ...runRows(facts),
          [{ id: 'Batas waktu bank', en: 'The bank’s cut-off' }, writtenMoment(facts.until)],
        ],
      },
      {
        id: 'Lengkapi daftar petugas sekarang; sebelum batas waktu mereka diminta sekali lagi. Bila tidak, pembayaran menunggu hari kerja bank berikutnya.',
        en: 'Complete the directory now; they are asked once more before the cut-off. Otherwise the payments wait for the bank’s next working day.',
      },
    ],
  };
}

const whyWithdrawn: Record<WithdrawalReason, Bilingual> = {
  held: { id: 'Kelompok bayar ditahan.', en: 'The payment run was held.' },
  'not-released': {
    id: 'Tidak ada yang melepas kelompok bayar sebelum batas waktu bank.',
    en: 'Nobody released the payment run before the bank’s cut-off.',
  },
  late: {
    id: 'Kelompok bayar baru selesai disusun sesudah batas waktu bank.',
    en: 'The payment run was only gathered after the bank’s cut-off.',
  },
};

/** Notifies the administrators that a run was withdrawn, and what becomes of its payments. */
export function runWithdrawn(
  facts: RunFacts & {
    why: WithdrawalReason;
    /** Who held it. */
    by?: string;
    reason?: string;
  },
): Message {
  const details: Block[] = [
    {
      facts: [
        ...runRows(facts),
        ...(facts.by === undefined ? [] : [[{ id: 'Ditahan oleh', en: 'Held by' }, both(facts.by)] as const]),
        ...(facts.reason === undefined
          ? []
          : [[{ id: 'Alasan', en: 'Reason' }, both(facts.reason)] as const]),
      ],
    },
  ];
  return {
    subject: {
      id: `Pembayaran tidak dikirim ke bank (${facts.runId})`,
      en: `Payments were not sent to the bank (${facts.runId})`,
    },
    blocks: [
      whyWithdrawn[facts.why],
      ...details,
      {
        id: 'Berkasnya tidak dikirim ke bank. Semua pembayarannya siap untuk kelompok bayar berikutnya, dengan nomor yang sama.',
        en: 'Its files do not go to the bank. All its payments are ready for the next run, under the same ids.',
      },
    ],
  };
}
