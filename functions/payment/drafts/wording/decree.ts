/**
 * Surat Keputusan (SK): the decree of the PPK that names the recipient, ratified by the KPA. Recipient, account and members
 * are in its attachment (`award-list.ts`), which bears the same number.
 *
 * Its parts and their order are those of a decree that decides (Menimbang, Mengingat, Memutuskan; UU 12/2011, annex II); that
 * the PPK names the recipients and the KPA ratifies it is PMK 168/PMK.05/2015.
 */
import {
  accountText,
  basisTexts,
  dayOf,
  inFull,
  inWriting,
  numberOf,
  type PaperFacts,
} from '#functions/payment/drafts/facts.ts';
import type { Paper } from '#functions/payment/drafts/paper.ts';
import {
  chargedTo,
  kpaSigns,
  officeLetterhead,
  officePlace,
  ppkSigns,
} from '#functions/payment/drafts/wording/common.ts';

/** Above what every ministry pays by. */
const laws = [
  'Undang-Undang Nomor 17 Tahun 2003 tentang Keuangan Negara',
  'Undang-Undang Nomor 1 Tahun 2004 tentang Perbendaharaan Negara',
  'Peraturan Pemerintah Nomor 45 Tahun 2013 tentang Tata Cara Pelaksanaan Anggaran Pendapatan dan Belanja Negara',
];

export function decree(facts: PaperFacts): Paper {
  const { award, content, programme, tranches } = facts;
  const date = dayOf(facts, award.sk);
  const numbered = (texts: readonly string[]) =>
    texts.map((text, index) => `${index + 1}. ${text}${index === texts.length - 1 ? '.' : ';'}`).join('\n');
  return {
    kind: 'sk',
    number: numberOf(facts, 'sk'),
    date,
    letterhead: officeLetterhead(facts),
    title: [
      'KEPUTUSAN PEJABAT PEMBUAT KOMITMEN',
      'TENTANG PENETAPAN PENERIMA BANTUAN PEMERINTAH',
      `PROGRAM ${programme.toUpperCase()}`,
    ],
    blocks: [
      {
        kind: 'facts',
        rows: [
          [
            'Menimbang',
            `a. bahwa proposal ${content.group.name} telah diverifikasi dan memenuhi persyaratan penerima bantuan pemerintah;\nb. bahwa penerima bantuan pemerintah ditetapkan oleh Pejabat Pembuat Komitmen dan disahkan oleh Kuasa Pengguna Anggaran.`,
          ],
          ['Mengingat', numbered([...laws, ...basisTexts(facts)])],
        ],
      },
      { kind: 'heading', text: 'MEMUTUSKAN:' },
      {
        kind: 'facts',
        rows: [
          [
            'Menetapkan',
            `KEPUTUSAN PEJABAT PEMBUAT KOMITMEN TENTANG PENETAPAN PENERIMA BANTUAN PEMERINTAH PROGRAM ${programme.toUpperCase()}.`,
          ],
          [
            'KESATU',
            `Menetapkan ${content.group.name}, dengan ketua ${facts.leader}, sebagai penerima bantuan pemerintah dengan jumlah bantuan ${inFull(award.amount)}, sebagaimana tercantum dalam Lampiran yang merupakan bagian tidak terpisahkan dari Keputusan ini.`,
          ],
          [
            'KEDUA',
            `Bantuan disalurkan ke rekening ${accountText(facts)}, ${tranches.length === 1 ? 'sekaligus' : `dalam ${tranches.length} tahap`}, setelah dokumen yang disyaratkan diterima lengkap.`,
          ],
          [
            'KETIGA',
            `Biaya yang timbul akibat Keputusan ini dibebankan pada ${chargedTo(facts)}, tahun anggaran ${award.budgetLine.year}.`,
          ],
          ['KEEMPAT', 'Keputusan ini mulai berlaku pada tanggal ditetapkan.'],
        ],
      },
      {
        kind: 'signatures',
        dated: `Ditetapkan di ${officePlace(facts)}\npada tanggal ${inWriting(date)}`,
        who: [
          kpaSigns(facts, 'Mengesahkan,\nKuasa Pengguna Anggaran'),
          ppkSigns(facts, 'Menetapkan,\nPejabat Pembuat Komitmen'),
        ],
      },
    ],
  };
}
