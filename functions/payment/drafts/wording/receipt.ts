/**
 * Kuitansi: the receipt, with the amount in figures and in words, in the form in which papers for direct payment have it:
 * the number of the receipt (nomor bukti) and the line of the budget above, the office for the KPA on the left, who
 * receives on the right (PMK 190/PMK.05/2012 and PMK 168/PMK.05/2015, whose annexes have forms of it).
 */
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
  budgetCodeOf,
  dated,
  groupLetterhead,
  leaderSigns,
  ofSatker,
  ppkSigns,
  unknown,
} from '#functions/payment/drafts/wording/common.ts';

export function receipt(facts: PaperFacts): Paper {
  return {
    kind: 'kuitansi',
    number: numberOf(facts, 'kuitansi'),
    date: facts.date,
    letterhead: groupLetterhead(facts),
    title: ['KUITANSI', 'BUKTI PEMBAYARAN'],
    numberLabel: 'Nomor bukti',
    blocks: [
      {
        kind: 'facts',
        rows: [
          ['Tahun anggaran', String(facts.award.budgetLine.year)],
          ['Mata anggaran', budgetCodeOf(facts.budget)],
          ['DIPA', dipaText(facts)],
          ['Sudah terima dari', `Kuasa Pengguna Anggaran, ${ofSatker(facts)}`],
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
          ppkSigns(
            facts,
            'Setuju dibebankan pada mata anggaran berkenaan,\na.n. Kuasa Pengguna Anggaran\nPejabat Pembuat Komitmen',
          ),
          leaderSigns(facts, { capacity: 'Yang menerima,\nKetua Kelompok', stamped: true }),
        ],
      },
    ],
  };
}

function dipaText({ budget }: PaperFacts): string {
  return budget?.dipa === undefined
    ? unknown
    : `Nomor ${budget.dipa.number} tanggal ${inWriting(budget.dipa.date)}`;
}
