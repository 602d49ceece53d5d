/** What several papers have in common: letterheads, who signs, tables of money, opening sentences. */

import { formatRupiah, sumRupiah } from '#domain/money/rupiah.ts';
import type { RabLine } from '#domain/packet/packet.ts';
import { budgetCode } from '#domain/papers/budget-identity.ts';
import {
  accountText,
  dateInWords,
  inWriting,
  type PaperFacts,
  trancheText,
} from '#functions/payment/drafts/facts.ts';
import type { Block, Paper, Signature } from '#functions/payment/drafts/paper.ts';

/** The ministry whose programme it is, where the settings do not say which of its units pays. */
const ministry = 'Kementerian Ketenagakerjaan Republik Indonesia';

/** Ministry, unit and address, as the ministry's letters begin. */
export function officeLetterhead({ budget }: PaperFacts): Paper['letterhead'] {
  return budget === undefined
    ? [ministry.toUpperCase()]
    : [budget.ministry.toUpperCase(), budget.unit.toUpperCase(), budget.address];
}

/** The office and its spending unit: `Pejabat Pembuat Komitmen, Satuan Kerja … (689912), Kementerian …`. */
export function ofSatker({ budget }: PaperFacts): string {
  return budget === undefined
    ? ministry
    : `Satuan Kerja ${budget.satker.name} (${budget.satker.code}), ${budget.ministry}`;
}

/** Where the office signs; open where the settings do not have it. */
export function officePlace({ budget }: PaperFacts): string {
  return budget?.place ?? unknown;
}

/** The budget that is charged, as treasury offices want it named; what the settings do not have is left to the pen. */
export function budgetFacts(facts: PaperFacts): Block {
  const { satker, dipa, line } = facts.budget ?? {};
  const coded = (of: { code: string; name: string } | undefined) =>
    of === undefined ? unknown : `${of.code} – ${of.name}`;
  return {
    kind: 'facts',
    rows: [
      ['Satuan kerja', coded(satker)],
      ['DIPA', dipa === undefined ? unknown : `Nomor ${dipa.number} tanggal ${inWriting(dipa.date)}`],
      ['Kegiatan', coded(line?.activity)],
      ['Output', coded(line?.output)],
      ['Akun', coded(line?.account)],
      ['Tahun anggaran', String(facts.award.budgetLine.year)],
    ],
  };
}

/** The same in short, with the classification of the budget in one number, as the SPTJB has it. */
export function budgetInShort({ budget, award }: PaperFacts): Block {
  const { satker, dipa } = budget ?? {};
  return {
    kind: 'facts',
    rows: [
      ['Kode satuan kerja', satker?.code ?? unknown],
      ['Nama satuan kerja', satker?.name ?? unknown],
      ['Tanggal, nomor DIPA', dipa === undefined ? unknown : `${inWriting(dipa.date)}, ${dipa.number}`],
      ['Klasifikasi anggaran', `${budgetCodeOf(budget)}, tahun anggaran ${award.budgetLine.year}`],
    ],
  };
}

/** The DIPA and the line in it, in a sentence: `DIPA Satuan Kerja … Nomor … tanggal …, mata anggaran 2151.001.526312`. */
export function chargedTo({ budget }: PaperFacts): string {
  const { satker, dipa } = budget ?? {};
  const unit = satker === undefined ? '' : ` Satuan Kerja ${satker.name} (${satker.code})`;
  const number = dipa === undefined ? unknown : `${dipa.number} tanggal ${inWriting(dipa.date)}`;
  return `DIPA${unit} Nomor ${number}, mata anggaran ${budgetCodeOf(budget)}`;
}

/** `2151.001.526312`; open where the settings do not have it. */
export function budgetCodeOf(budget: PaperFacts['budget']): string {
  return budget?.line === undefined ? unknown : budgetCode(budget.line);
}

export function groupLetterhead({ content: { group }, place, province }: PaperFacts): Paper['letterhead'] {
  return [group.name.toUpperCase(), group.address, `${place}, Provinsi ${province}`];
}

/** Officials sign with their number, which the directory does not know: it is filled in by hand. */
const serviceNumber = 'NIP. ..........................................';

export function ppkSigns({ ppk }: PaperFacts, capacity = 'Pejabat Pembuat Komitmen'): Signature {
  return {
    capacity,
    name: ppk,
    below: serviceNumber,
  };
}

export function kpaSigns({ kpa }: PaperFacts, capacity = 'Kuasa Pengguna Anggaran'): Signature {
  return {
    capacity,
    name: kpa,
    below: serviceNumber,
  };
}

export function leaderSigns(
  { leader, content: { group } }: PaperFacts,
  { capacity = 'Ketua Kelompok', stamped = false } = {},
): Signature {
  return { capacity, name: leader, below: group.name, stamped };
}

/** `Kabupaten Banyumas, 3 Agustus 2020` */
export function dated({ place, date }: PaperFacts): string {
  return `${place}, ${inWriting(date)}`;
}

/** The sentence and the two parties with which agreements and records begin. */
export function parties(
  facts: PaperFacts,
  verb: string,
  day = `Pada hari ini ${dateInWords(facts.date)}`,
): Block[] {
  const { ppk, leader, content, place } = facts;
  return [
    {
      kind: 'paragraph',
      text: `${day}, bertempat di ${place}, kami yang bertanda tangan di bawah ini:`,
    },
    {
      kind: 'facts',
      rows: [
        ['1. Nama', ppk ?? unknown],
        ['Jabatan', `Pejabat Pembuat Komitmen, ${ofSatker(facts)}`],
        ['Selanjutnya disebut', 'PIHAK PERTAMA'],
      ],
    },
    {
      kind: 'facts',
      rows: [
        ['2. Nama', leader],
        ['Jabatan', `Ketua ${content.group.name}`],
        ['Alamat', content.group.address],
        ['Selanjutnya disebut', 'PIHAK KEDUA'],
      ],
    },
    { kind: 'paragraph', text: verb },
  ];
}

/** Left open for a pen. */
export const unknown = '..........................................................';

/**
 * The day on which money is received is not known while its papers are drafted, and a record of receipt bears none
 * before it: it is left to the pen.
 */
export const dayOfReceipt =
  'Pada hari ini .................... tanggal .................... bulan .................... tahun .................... (hari dana masuk ke rekening penerima; diisi pada hari itu, tidak sebelumnya)';

/** Who receives what, and by which papers. */
export function paymentFacts(facts: PaperFacts): Block {
  return {
    kind: 'facts',
    rows: [
      ['Program', facts.programme],
      ['Nama kelompok', facts.content.group.name],
      ['Keputusan penetapan', `Nomor ${facts.award.sk.number} tanggal ${inWriting(facts.award.sk.date)}`],
      ['Perjanjian kerja sama', `Nomor ${facts.award.pks.number} tanggal ${inWriting(facts.award.pks.date)}`],
      ['Jumlah bantuan', formatRupiah(facts.award.amount)],
      ['Pencairan', trancheText(facts)],
      ['Jumlah pencairan ini', formatRupiah(facts.tranche.amount)],
      ['Rekening penerima', accountText(facts)],
    ],
  };
}

/** The schedule of all payments. */
export function schedule({ tranches, award }: PaperFacts): Block {
  return {
    kind: 'table',
    columns: [
      { title: 'Tahap', weight: 1 },
      { title: 'Bagian', weight: 1 },
      { title: 'Syarat kemajuan pekerjaan', weight: 3 },
      { title: 'Jumlah', weight: 2, amount: true },
    ],
    rows: tranches.map(({ number, percent, requiredProgress, amount }) => [
      String(number),
      `${percent}%`,
      requiredProgress === 0 ? 'tidak ada' : `sekurang-kurangnya ${requiredProgress}%`,
      formatRupiah(amount),
    ]),
    total: ['', '100%', 'Jumlah', formatRupiah(award.amount)],
  };
}

const categoryNames: Record<RabLine['category'], string> = {
  material: 'Bahan dan peralatan',
  labour: 'Upah kerja',
  other: 'Lain-lain',
};

/** The kinds of spending that the group has planned, by name. */
export function spendingCategories({ content: { rab } }: PaperFacts): string[] {
  return (['material', 'labour', 'other'] as const)
    .filter((category) => rab.some((line) => line.category === category))
    .map((category) => categoryNames[category]);
}

/** The budget by kind of spending. */
export function spendingTable({ content: { rab } }: PaperFacts): Block {
  return {
    kind: 'table',
    columns: [
      { title: 'No.', weight: 0.6 },
      { title: 'Jenis belanja', weight: 4 },
      { title: 'Jumlah menurut RAB', weight: 2, amount: true },
    ],
    rows: (['material', 'labour', 'other'] as const)
      .map((category) => ({ category, lines: rab.filter((line) => line.category === category) }))
      .filter(({ lines }) => lines.length > 0)
      .map(({ category, lines }, index) => [
        String(index + 1),
        categoryNames[category],
        formatRupiah(sumRupiah(lines.map(({ total }) => total))),
      ]),
    total: ['', 'Jumlah', formatRupiah(sumRupiah(rab.map(({ total }) => total)))],
  };
}

const quantity = new Intl.NumberFormat('id-ID', { maximumFractionDigits: 3 });

/** The budget line by line. */
export function budgetTable({ content: { rab } }: PaperFacts): Block {
  return {
    kind: 'table',
    columns: [
      { title: 'No.', weight: 0.7 },
      { title: 'Uraian', weight: 4 },
      { title: 'Volume', weight: 1.7 },
      { title: 'Harga satuan', weight: 2, amount: true },
      { title: 'Jumlah', weight: 2, amount: true },
    ],
    rows: rab.map((line, index) => [
      String(index + 1),
      line.item,
      `${quantity.format(line.quantity)} ${line.unit}`,
      formatRupiah(line.unitPrice),
      formatRupiah(line.total),
    ]),
    total: ['', 'Jumlah', '', '', formatRupiah(sumRupiah(rab.map(({ total }) => total)))],
  };
}

/** Who the members are. The NIK is masked: a person is distinguished by number and name, and the office has the whole NIK. */
export function memberTable({ content: { members } }: PaperFacts): Block {
  return {
    kind: 'table',
    columns: [
      { title: 'No.', weight: 0.7 },
      { title: 'Nama', weight: 3.2 },
      { title: 'NIK (disamarkan)', weight: 2.6 },
      { title: 'L/P', weight: 0.7 },
      { title: 'Alamat', weight: 3.6 },
    ],
    rows: members.map(({ number, name, nikMasked, sex, address }) => [
      String(number),
      name,
      nikMasked,
      sex,
      address,
    ]),
  };
}
