/** Kuitansi: the receipt, with the amount in figures and in words. */
import { formatRupiah } from '#domain/money/rupiah.ts';
import { terbilangRupiah } from '#domain/text/terbilang.ts';
import {
  accountText,
  inWriting,
  numberOf,
  type PaperFacts,
  trancheText,
} from '#functions/payment/drafts/facts.ts';
import type { Paper } from '#functions/payment/drafts/paper.ts';
import {
  dated,
  groupLetterhead,
  leaderSigns,
  ministry,
  ppkSigns,
} from '#functions/payment/drafts/wording/common.ts';

export function receipt(facts: PaperFacts): Paper {
  return {
    kind: 'kuitansi',
    number: numberOf(facts, 'kuitansi'),
    date: facts.date,
    letterhead: groupLetterhead(facts),
    title: ['KUITANSI', 'BUKTI PEMBAYARAN'],
    blocks: [
      {
        kind: 'facts',
        rows: [
          ['Tahun anggaran', String(facts.award.budgetLine.year)],
          ['Sudah terima dari', `Pejabat Pembuat Komitmen, ${ministry}`],
          ['Jumlah uang', formatRupiah(facts.tranche.amount)],
          ['Terbilang', terbilangRupiah(facts.tranche.amount)],
          [
            'Untuk pembayaran',
            `Bantuan pemerintah Program ${facts.programme}, pencairan ${trancheText(facts)}, kepada ${facts.content.group.name} berdasarkan Keputusan Nomor ${facts.award.sk.number} tanggal ${inWriting(facts.award.sk.date)} dan Perjanjian Kerja Sama Nomor ${facts.award.pks.number} tanggal ${inWriting(facts.award.pks.date)}`,
          ],
          ['Melalui rekening', accountText(facts)],
        ],
      },
      { kind: 'sum', text: formatRupiah(facts.tranche.amount) },
      {
        kind: 'signatures',
        dated: dated(facts),
        who: [
          ppkSigns(facts, 'Setuju dibayar,\nPejabat Pembuat Komitmen'),
          leaderSigns(facts, { capacity: 'Yang menerima,\nKetua Kelompok', stamped: true }),
        ],
      },
    ],
  };
}
