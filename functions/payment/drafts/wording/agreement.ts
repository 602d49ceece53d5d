/** Perjanjian Kerja Sama (PKS): what the office and the group promise one another. */
import { rupiah } from '#domain/money/rupiah.ts';
import { terbilang } from '#domain/text/terbilang.ts';
import {
  accountText,
  basisTexts,
  dayOf,
  inFull,
  inWriting,
  numberOf,
  type PaperFacts,
} from '#functions/payment/drafts/facts.ts';
import type { Block, Paper } from '#functions/payment/drafts/paper.ts';
import {
  chargedTo,
  dated,
  leaderSigns,
  officeLetterhead,
  parties,
  ppkSigns,
  schedule,
} from '#functions/payment/drafts/wording/common.ts';

export function agreement(facts: PaperFacts): Paper {
  const { award, content, component, tranches } = facts;
  const { plan } = content;
  const works = plan.works;
  return {
    kind: 'pks',
    number: numberOf(facts, 'pks'),
    date: dayOf(facts, award.pks),
    letterhead: officeLetterhead(facts),
    title: [
      'PERJANJIAN KERJA SAMA',
      'PEMBERIAN BANTUAN PEMERINTAH',
      `PROGRAM ${facts.programme.toUpperCase()}`,
    ],
    blocks: [
      ...parties(
        { ...facts, date: dayOf(facts, award.pks) },
        'PIHAK PERTAMA dan PIHAK KEDUA, selanjutnya disebut PARA PIHAK, dengan memperhatikan:',
      ),
      {
        kind: 'list',
        items: [
          ...basisTexts(facts),
          `Keputusan Pejabat Pembuat Komitmen Nomor ${award.sk.number} tanggal ${inWriting(award.sk.date)} tentang penetapan penerima bantuan`,
        ],
      },
      {
        kind: 'paragraph',
        text: 'sepakat mengadakan perjanjian kerja sama dengan ketentuan sebagai berikut.',
      },
      ...article(1, 'Ruang Lingkup', [
        `PIHAK PERTAMA memberikan bantuan pemerintah kepada PIHAK KEDUA untuk melaksanakan “${plan.title}” sesuai dengan proposal dan Rencana Anggaran Biaya (RAB) yang telah diverifikasi dan disetujui.`,
        component === 'tkm'
          ? `Kegiatan dilaksanakan oleh ${content.members.length} orang anggota kelompok dalam bidang usaha ${content.group.businessField}.`
          : `Pekerjaan dilaksanakan secara padat karya oleh ${works?.workers ?? content.members.length} orang pekerja selama ${works?.days ?? '.....'} hari kerja.`,
      ]),
      ...article(2, 'Jumlah dan Pencairan Bantuan', [
        `Jumlah bantuan adalah ${inFull(award.amount)}, dibebankan pada ${chargedTo(facts)}, tahun anggaran ${award.budgetLine.year}.`,
        `Bantuan dicairkan dalam ${tranches.length} (${terbilang(rupiah(tranches.length))}) tahap menurut tabel di bawah pasal ini, setelah dokumen yang disyaratkan diterima lengkap.`,
        `Bantuan disalurkan langsung ke rekening ${accountText(facts)}.`,
      ]),
      schedule(facts),
      ...article(3, 'Jangka Waktu', [
        `Perjanjian ini berlaku sejak tanggal ${inWriting(dayOf(facts, award.pks))} sampai dengan tanggal ${inWriting(lastDay(facts))}.`,
        ...(works === undefined
          ? []
          : [
              `Pekerjaan dilaksanakan selama ${works.days} (${terbilang(rupiah(works.days))}) hari kerja dalam jangka waktu tersebut.`,
            ]),
        'Kewajiban menyampaikan laporan, menyetorkan sisa dana, dan menyimpan bukti pengeluaran tetap berlaku sesudah jangka waktu berakhir.',
      ]),
      ...article(4, 'Hak dan Kewajiban PIHAK PERTAMA', [
        'Meneliti kelengkapan dokumen dan mengajukan permintaan pembayaran setelah dokumen lengkap dan benar.',
        'Memantau, membina, dan mengevaluasi pelaksanaan kegiatan.',
        'Menghentikan pencairan dan meminta pengembalian bantuan apabila PIHAK KEDUA melanggar perjanjian ini.',
      ]),
      ...article(5, 'Hak dan Kewajiban PIHAK KEDUA', [
        'Menerima bantuan secara utuh tanpa potongan dalam bentuk apa pun dan dari pihak mana pun.',
        'Menggunakan bantuan sesuai dengan RAB serta menyimpan seluruh bukti pengeluaran.',
        'Mengikuti pelatihan dan menerima kunjungan pendamping, verifikator, dan aparat pengawasan.',
        'Menyampaikan laporan pertanggungjawaban (LPJ) pada waktu yang ditetapkan dalam petunjuk teknis.',
        'Menyetorkan sisa dana yang tidak digunakan ke kas negara dan menyerahkan bukti setornya (NTPN) kepada PIHAK PERTAMA.',
      ]),
      ...article(6, 'Larangan dan Sanksi', [
        'PIHAK KEDUA dilarang mengalihkan bantuan kepada pihak lain dan dilarang memberikan imbalan kepada siapa pun sehubungan dengan bantuan ini.',
        'Pelanggaran dikenai sanksi berupa penghentian bantuan, pengembalian dana ke kas negara, dan tuntutan menurut peraturan perundang-undangan.',
      ]),
      ...article(7, 'Keadaan Kahar dan Perselisihan', [
        'Keadaan kahar diberitahukan secara tertulis kepada pihak lainnya paling lambat 14 (empat belas) hari kalender sejak terjadinya.',
        'Perselisihan diselesaikan secara musyawarah; apabila tidak tercapai mufakat, diselesaikan menurut peraturan perundang-undangan.',
      ]),
      ...article(8, 'Penutup', [
        'Perjanjian ini dibuat dalam 2 (dua) rangkap bermeterai cukup yang mempunyai kekuatan hukum yang sama dan berlaku sejak ditandatangani PARA PIHAK.',
      ]),
      {
        kind: 'signatures',
        dated: dated({ ...facts, date: dayOf(facts, award.pks) }),
        who: [
          leaderSigns(facts, { capacity: 'PIHAK KEDUA', stamped: true }),
          { ...ppkSigns(facts, 'PIHAK PERTAMA'), stamped: true },
        ],
      },
    ],
  };
}

/** The grant is money of one fiscal year, so the agreement ends with it. */
function lastDay({ award }: PaperFacts): string {
  return `${award.budgetLine.year}-12-31`;
}

/** An article of one clause has no number before it. */
function article(number: number, title: string, clauses: readonly [string, ...string[]]): Block[] {
  return [
    { kind: 'heading', text: `Pasal ${number}\n${title}` },
    clauses.length === 1 ? { kind: 'paragraph', text: clauses[0] } : { kind: 'list', items: clauses },
  ];
}
