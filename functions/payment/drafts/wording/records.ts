/**
 * The records of a payment (BAP) and of a handover (BAST) between the office and the group. They bear the day on which
 * the money was received, which the pen fills in.
 */
import { formatRupiah, minusRupiah } from '#domain/money/rupiah.ts';
import {
  accountText,
  inFull,
  inWriting,
  numberOf,
  type PaperFacts,
  paidBefore,
  trancheText,
} from '#functions/payment/drafts/facts.ts';
import type { Block, Paper } from '#functions/payment/drafts/paper.ts';
import {
  dayOfReceipt,
  groupLetterhead,
  leaderSigns,
  officeLetterhead,
  parties,
  ppkSigns,
  spendingTable,
} from '#functions/payment/drafts/wording/common.ts';

function bothSign(facts: PaperFacts): Block {
  return {
    kind: 'signatures',
    dated: `${facts.place}, ....................................`,
    who: [leaderSigns(facts, { capacity: 'PIHAK KEDUA' }), ppkSigns(facts, 'PIHAK PERTAMA')],
  };
}

function awardedBy({ award }: PaperFacts): string {
  return `Keputusan Nomor ${award.sk.number} tanggal ${inWriting(award.sk.date)} dan Perjanjian Kerja Sama Nomor ${award.pks.number} tanggal ${inWriting(award.pks.date)}`;
}

/** Berita Acara Pembayaran: what is due now, what was before, and what remains. */
export function paymentRecord(facts: PaperFacts): Paper {
  const { award, tranche } = facts;
  const before = paidBefore(facts);
  const rest = minusRupiah(minusRupiah(award.amount, before), tranche.amount);
  return {
    kind: 'bap',
    number: numberOf(facts, 'bap'),
    date: facts.date,
    letterhead: officeLetterhead(facts),
    title: ['BERITA ACARA PEMBAYARAN'],
    blocks: [
      ...parties(facts, `berdasarkan ${awardedBy(facts)}, menerangkan bahwa:`, dayOfReceipt),
      {
        kind: 'list',
        items: [
          `PIHAK KEDUA berhak menerima pembayaran bantuan ${trancheText(facts)} sebesar ${inFull(tranche.amount)} setelah dokumen yang disyaratkan diterima lengkap dan benar;`,
          ...(tranche.requiredProgress === 0
            ? []
            : [
                `pembayaran ini mensyaratkan kemajuan pekerjaan sekurang-kurangnya ${tranche.requiredProgress}%;`,
              ]),
          `pembayaran dilakukan melalui rekening ${accountText(facts)};`,
          'perhitungan pembayaran adalah sebagai berikut:',
        ],
      },
      {
        kind: 'table',
        columns: [
          { title: 'Uraian', weight: 4 },
          { title: 'Jumlah', weight: 2, amount: true },
        ],
        rows: [
          ['Nilai perjanjian', formatRupiah(award.amount)],
          ['Pembayaran tahap sebelumnya menurut perjanjian', formatRupiah(before)],
          [`Pembayaran ini, ${trancheText(facts)}`, formatRupiah(tranche.amount)],
        ],
        total: ['Sisa nilai perjanjian sesudah pembayaran ini', formatRupiah(rest)],
      },
      {
        kind: 'paragraph',
        text: 'Demikian berita acara ini dibuat dalam 2 (dua) rangkap untuk digunakan sebagaimana mestinya.',
      },
      bothSign(facts),
    ],
  };
}

/** Berita Acara Serah Terima: the office hands the grant over and the group accepts it. */
export function handoverRecord(facts: PaperFacts): Paper {
  return {
    kind: 'bast',
    number: numberOf(facts, 'bast'),
    date: facts.date,
    letterhead: groupLetterhead(facts),
    title: ['BERITA ACARA SERAH TERIMA', 'BANTUAN PEMERINTAH'],
    blocks: [
      ...parties(facts, `berdasarkan ${awardedBy(facts)}, menyatakan bahwa:`, dayOfReceipt),
      {
        kind: 'list',
        items: [
          `PIHAK PERTAMA menyerahkan kepada PIHAK KEDUA, dan PIHAK KEDUA menerima dari PIHAK PERTAMA, bantuan pemerintah Program ${facts.programme} sebesar ${inFull(facts.tranche.amount)} untuk pencairan ${trancheText(facts)};`,
          `bantuan digunakan untuk “${facts.content.plan.title}” dengan rincian menurut RAB di bawah ini;`,
          'sejak bantuan masuk ke rekening kelompok, tanggung jawab atas penggunaan, pemeliharaan, dan pelaporannya beralih kepada PIHAK KEDUA.',
        ],
      },
      spendingTable(facts),
      {
        kind: 'paragraph',
        text: 'Demikian berita acara serah terima ini dibuat dalam 2 (dua) rangkap dan ditandatangani oleh kedua belah pihak.',
      },
      bothSign(facts),
    ],
  };
}
