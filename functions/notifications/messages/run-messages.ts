/** The message about a payment run that was withdrawn. */
import type { WithdrawalReason } from '#domain/money/payment-run.ts';
import { type Bilingual, both } from '#domain/text/bilingual.ts';
import type { Block, Message } from '#functions/notifications/messages/message.ts';

interface RunFacts {
  runId: string;
  count: number;
  /** Formatted rupiah. */
  sum: string;
}

function runRows({ runId, count, sum }: RunFacts): [Bilingual, Bilingual][] {
  return [
    [{ id: 'Nomor kelompok bayar', en: 'Payment run' }, both(runId)],
    [{ id: 'Banyaknya pembayaran', en: 'Payments' }, both(String(count))],
    [{ id: 'Jumlah', en: 'Sum' }, both(sum)],
  ];
}

const whyWithdrawn: Record<WithdrawalReason, Bilingual> = {
  held: { id: 'Kelompok bayar ditahan.', en: 'The payment run was held.' },
  'not-released': {
    id: 'Tidak ada yang melepas kelompok bayar sebelum batas waktu bank.',
    en: 'The payment run was not released before the bank’s cut-off.',
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
