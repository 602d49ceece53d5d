/** What the leader declares with a signature on a revenue stamp: SPTJM and SPTJB. */

import { formatRupiah, sumRupiah } from '#domain/money/rupiah.ts';
import { roman } from '#domain/papers/drafts.ts';
import {
  inFull,
  inWriting,
  numberOf,
  type PaperFacts,
  receivedBefore,
  trancheText,
} from '#functions/payment/drafts/facts.ts';
import type { Block, Paper } from '#functions/payment/drafts/paper.ts';
import {
  budgetInShort,
  dated,
  groupLetterhead,
  leaderSigns,
  paymentFacts,
  spendingCategories,
  spendingTable,
} from '#functions/payment/drafts/wording/common.ts';

function declarant({ leader, content: { group } }: PaperFacts): Block[] {
  return [
    { kind: 'paragraph', text: 'Yang bertanda tangan di bawah ini:' },
    {
      kind: 'facts',
      rows: [
        ['Nama', leader],
        ['Jabatan', `Ketua ${group.name}`],
        ['Alamat', group.address],
      ],
    },
  ];
}

function signed(facts: PaperFacts): Block {
  return {
    kind: 'signatures',
    dated: dated(facts),
    who: [leaderSigns(facts, { stamped: true })],
  };
}

/** Surat Pernyataan Tanggung Jawab Mutlak: answers for everything, with what one owns. */
export function absoluteResponsibility(facts: PaperFacts): Paper {
  return {
    kind: 'sptjm',
    number: numberOf(facts, 'sptjm'),
    date: facts.date,
    letterhead: groupLetterhead(facts),
    title: ['SURAT PERNYATAAN TANGGUNG JAWAB MUTLAK'],
    blocks: [
      ...declarant(facts),
      {
        kind: 'paragraph',
        text: `bertindak untuk dan atas nama kelompok sebagai penerima bantuan pemerintah dengan keterangan:`,
      },
      paymentFacts(facts),
      { kind: 'paragraph', text: 'dengan ini menyatakan dengan sesungguhnya bahwa:' },
      {
        kind: 'list',
        items: [
          'seluruh anggota yang tercantum dalam proposal adalah benar, mengetahui keanggotaannya, dan tidak menerima bantuan sejenis dari kelompok lain;',
          `saya bertanggung jawab mutlak, secara formal dan material, atas kebenaran dokumen, penggunaan, dan pelaporan dana bantuan sebesar ${inFull(facts.tranche.amount)};`,
          'dana bantuan digunakan sesuai dengan Rencana Anggaran Biaya (RAB) dan perjanjian kerja sama, serta tidak dipotong oleh dan tidak diserahkan kepada pihak mana pun;',
          'apabila di kemudian hari terdapat kerugian negara atas penggunaan dana ini, saya bersedia mengganti dan menyetorkan kerugian tersebut ke kas negara;',
          'saya bersedia diperiksa oleh aparat pengawasan intern pemerintah dan Badan Pemeriksa Keuangan.',
        ],
      },
      {
        kind: 'paragraph',
        text: 'Demikian surat pernyataan ini dibuat dengan sebenarnya, tanpa paksaan dari pihak mana pun, untuk digunakan sebagaimana mestinya.',
      },
      signed(facts),
    ],
  };
}

/**
 * Surat Pernyataan Tanggung Jawab Belanja: answers for what is bought. It begins with the budget that is charged, as the
 * form in the annex of PER-11/PB/2011 does. That of a later tranche says what came before, was spent and is left.
 */
export function spendingResponsibility(facts: PaperFacts): Paper {
  const later = facts.tranche.number > 1;
  return {
    kind: 'sptjb',
    number: numberOf(facts, 'sptjb'),
    date: facts.date,
    letterhead: groupLetterhead(facts),
    title: ['SURAT PERNYATAAN TANGGUNG JAWAB BELANJA'],
    blocks: [
      ...declarant(facts),
      budgetInShort(facts),
      {
        kind: 'paragraph',
        text: `berdasarkan Keputusan Nomor ${facts.award.sk.number} tanggal ${inWriting(facts.award.sk.date)} dan Perjanjian Kerja Sama Nomor ${facts.award.pks.number} tanggal ${inWriting(facts.award.pks.date)}, menerima bantuan ${trancheText(facts)} sebesar ${inFull(facts.tranche.amount)} dari keseluruhan bantuan sebesar ${inFull(facts.award.amount)}, dengan rincian ${later ? 'dana yang telah diterima, dibelanjakan, dan tersisa' : 'belanja seluruh bantuan menurut RAB'} sebagai berikut:`,
      },
      later ? accountOf(facts) : spendingTable(facts),
      { kind: 'paragraph', text: 'Dengan ini saya menyatakan bahwa:' },
      {
        kind: 'list',
        items: [
          'saya bertanggung jawab penuh atas seluruh pengeluaran yang dibayarkan dari bantuan tersebut kepada yang berhak menerima;',
          'bukti-bukti pengeluaran disimpan dengan baik oleh kelompok untuk kelengkapan administrasi dan keperluan pemeriksaan aparat pengawasan;',
          'apabila terdapat sisa dana atau kelebihan pembayaran, saya bersedia menyetorkannya ke kas negara dan menyampaikan bukti setornya (NTPN);',
          'apabila pernyataan ini tidak benar, saya bersedia menanggung akibatnya menurut peraturan perundang-undangan.',
        ],
      },
      {
        kind: 'paragraph',
        text: 'Demikian surat pernyataan ini dibuat dengan sebenarnya.',
      },
      signed(facts),
    ],
  };
}

/** For the hand of the leader, who alone knows what was bought. */
const amountToFill = 'Rp ............................';

/** What came with the tranches before, which the record knows, and what was spent of it and is left, which the leader fills in. */
function accountOf(facts: PaperFacts): Block {
  const received = receivedBefore(facts);
  const categories = spendingCategories(facts);
  return {
    kind: 'table',
    columns: [
      { title: 'No.', weight: 0.6 },
      { title: 'Uraian', weight: 4.4 },
      { title: 'Jumlah', weight: 2.4, amount: true },
    ],
    rows: [
      ...received.map(({ tranche, on }, index) => [
        index === 0 ? 'A.' : '',
        `Diterima: Tahap ${roman(tranche.number)}${on === undefined ? '' : `, ${inWriting(on)}`}`,
        formatRupiah(tranche.amount),
      ]),
      [
        received.length === 0 ? 'A.' : '',
        'Jumlah dana yang telah diterima',
        formatRupiah(sumRupiah(received.map(({ tranche }) => tranche.amount))),
      ],
      ...categories.map((name, index) => [index === 0 ? 'B.' : '', `Dibelanjakan: ${name}`, amountToFill]),
      ['', 'Jumlah dana yang telah dibelanjakan', amountToFill],
    ],
    total: ['C.', 'Sisa dana (A – B)', amountToFill],
  };
}
