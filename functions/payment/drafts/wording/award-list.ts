/** Lampiran SK: the recipient as the decree names it, with amount and account, and its members. */
import { formatRupiah } from '#domain/money/rupiah.ts';
import { terbilangRupiah } from '#domain/text/terbilang.ts';
import { bankText, dayOf, inWriting, numberOf, type PaperFacts } from '#functions/payment/drafts/facts.ts';
import type { Paper } from '#functions/payment/drafts/paper.ts';
import {
  budgetFacts,
  kpaSigns,
  memberTable,
  officeLetterhead,
  officePlace,
  ppkSigns,
  schedule,
} from '#functions/payment/drafts/wording/common.ts';

export function awardList(facts: PaperFacts): Paper {
  const { award, content, leader, place, province } = facts;
  return {
    kind: 'sk-attachment',
    number: numberOf(facts, 'sk-attachment'),
    date: dayOf(facts, award.sk),
    letterhead: officeLetterhead(facts),
    title: [
      'LAMPIRAN KEPUTUSAN PEJABAT PEMBUAT KOMITMEN',
      'TENTANG PENETAPAN PENERIMA BANTUAN PEMERINTAH',
      `PROGRAM ${facts.programme.toUpperCase()}`,
    ],
    numberLabel: 'Nomor Keputusan',
    blocks: [
      { kind: 'heading', text: 'A. Penerima Bantuan' },
      {
        kind: 'facts',
        rows: [
          ['Nama kelompok', content.group.name],
          ['Ketua kelompok', leader],
          ['Alamat', `${content.group.address}, ${place}, Provinsi ${province}`],
          ['Kode wilayah', content.group.village],
          ['Bidang kegiatan', content.group.businessField],
          ['Kegiatan', content.plan.title],
          ['Jumlah anggota', `${content.members.length} orang`],
          ['Jumlah bantuan', formatRupiah(award.amount)],
          ['Terbilang', terbilangRupiah(award.amount)],
          ['Nomor rekening', content.account.number],
          ['Bank', bankText(content.account.bankCode)],
          ['Atas nama', content.account.holder],
        ],
      },
      { kind: 'heading', text: 'B. Sumber Dana' },
      budgetFacts(facts),
      { kind: 'heading', text: 'C. Tahap Pencairan' },
      schedule(facts),
      { kind: 'heading', text: 'D. Anggota Kelompok' },
      memberTable(facts),
      {
        kind: 'signatures',
        dated: `Ditetapkan di ${officePlace(facts)}\npada tanggal ${inWriting(dayOf(facts, award.sk))}`,
        who: [
          kpaSigns(facts, 'Mengesahkan,\nKuasa Pengguna Anggaran'),
          ppkSigns(facts, 'Menetapkan,\nPejabat Pembuat Komitmen'),
        ],
      },
    ],
  };
}
