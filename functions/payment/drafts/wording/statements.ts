/** What the leader declares with a signature on a revenue stamp: SPTJM and SPTJB. */
import {
  inFull,
  inWriting,
  numberOf,
  type PaperFacts,
  trancheText,
} from '#functions/payment/drafts/facts.ts';
import type { Block, Paper } from '#functions/payment/drafts/paper.ts';
import {
  dated,
  groupLetterhead,
  leaderSigns,
  paymentFacts,
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

/** Surat Pernyataan Tanggung Jawab Belanja: answers for what is bought. */
export function spendingResponsibility(facts: PaperFacts): Paper {
  return {
    kind: 'sptjb',
    number: numberOf(facts, 'sptjb'),
    date: facts.date,
    letterhead: groupLetterhead(facts),
    title: ['SURAT PERNYATAAN TANGGUNG JAWAB BELANJA'],
    blocks: [
      ...declarant(facts),
      {
        kind: 'paragraph',
        text: `berdasarkan Keputusan Nomor ${facts.award.sk.number} tanggal ${inWriting(facts.award.sk.date)} dan Perjanjian Kerja Sama Nomor ${facts.award.pks.number} tanggal ${inWriting(facts.award.pks.date)}, menerima bantuan ${trancheText(facts)} sebesar ${inFull(facts.tranche.amount)} dari keseluruhan bantuan sebesar ${inFull(facts.award.amount)}, dengan rincian belanja seluruh bantuan menurut RAB sebagai berikut:`,
      },
      spendingTable(facts),
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
