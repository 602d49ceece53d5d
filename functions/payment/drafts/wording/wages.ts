/** Daftar pembayaran upah and daftar tanda terima upah: what the days of an accepted muster roll earn, and who signs for it. */

import { formatRupiah } from '#domain/money/rupiah.ts';
import { type MusterRoll, mondayOf, type RollWorker } from '#domain/public-works/muster-roll.ts';
import { type WagePaperKind, wagePaperNumber } from '#domain/public-works/wage-papers.ts';
import { terbilangRupiah } from '#domain/text/terbilang.ts';
import { inWriting, type PaperFacts } from '#functions/payment/drafts/facts.ts';
import type { Block, Paper } from '#functions/payment/drafts/paper.ts';
import { dated, groupLetterhead, leaderSigns } from '#functions/payment/drafts/wording/common.ts';

/** What both papers are made from. */
export interface WageFacts {
  /** The facts of the award; which tranche they name plays no part. */
  paper: PaperFacts;
  roll: MusterRoll;
  /** How the decree calls each role, by its id. */
  roles: ReadonlyMap<string, string>;
}

/** The paper of a kind, in words. */
export function wagePaperFor(kind: WagePaperKind, facts: WageFacts): Paper {
  return wordings[kind](facts);
}

function bill(facts: WageFacts): Paper {
  const { paper, roll } = facts;
  const weeks = weeksOf(roll);
  return {
    ...headOf('wage-bill', facts, ['DAFTAR PEMBAYARAN UPAH', `PROGRAM ${paper.programme.toUpperCase()}`]),
    blocks: [
      worksFacts(facts),
      { kind: 'heading', text: 'A. Upah' },
      {
        kind: 'table',
        columns: [
          { title: 'No.', weight: 0.8 },
          { title: 'Nama', weight: 4 },
          { title: 'Peran', weight: 1.8 },
          { title: 'Hari', weight: 0.9, amount: true },
          { title: 'Upah per hari', weight: 2.2, amount: true },
          { title: 'Jumlah upah', weight: 2.4, amount: true },
        ],
        rows: roll.workers.map((worker) => [
          placeText(worker),
          worker.name,
          facts.roles.get(worker.role) ?? worker.role,
          String(worker.days.length),
          formatRupiah(worker.dayRate),
          formatRupiah(worker.wage),
        ]),
        total: ['', 'Jumlah', '', String(personDays(roll)), '', formatRupiah(roll.wages)],
      },
      {
        kind: 'facts',
        rows: [
          ['Terbilang', terbilangRupiah(roll.wages)],
          ['Dana upah', formatRupiah(roll.limit)],
          ['Sisa dana upah', formatRupiah(roll.unspentWages)],
        ],
      },
      ...substitutes(roll),
      { kind: 'heading', text: `${hasSubstitutes(roll) ? 'C' : 'B'}. Hari hadir` },
      {
        kind: 'table',
        columns: [
          { title: 'No.', weight: 0.8 },
          { title: 'Nama', weight: 3.4 },
          { title: 'Tanggal hadir, minggu demi minggu', weight: 7.6 },
        ],
        rows: roll.workers.map((worker) => [placeText(worker), worker.name, weeksText(worker.days, weeks)]),
      },
      {
        kind: 'paragraph',
        text: `${hasSubstitutes(roll) ? 'Nomor dengan huruf P adalah pengganti di tempat anggota bernomor itu. ' : ''}Daftar ini disusun dari daftar hadir yang ditandatangani para pekerja. Kami menyatakan bahwa hari hadir di atas benar dan upahnya dibayarkan kepada pekerja yang bersangkutan.`,
      },
      signed(facts),
    ],
  };
}

function receipts(facts: WageFacts): Paper {
  const { paper, roll } = facts;
  return {
    ...headOf('wage-receipts', facts, [
      'DAFTAR TANDA TERIMA UPAH',
      `PROGRAM ${paper.programme.toUpperCase()}`,
    ]),
    blocks: [
      worksFacts(facts),
      {
        kind: 'paragraph',
        text: 'Kami yang bertanda tangan di bawah ini telah menerima upah sejumlah yang tercantum di sebelah nama kami, tanpa potongan apa pun.',
      },
      {
        kind: 'table',
        columns: [
          { title: 'No.', weight: 0.8 },
          { title: 'Nama', weight: 3.6 },
          { title: 'NIK (disamarkan)', weight: 2.6 },
          { title: 'Diterima', weight: 2.1, amount: true },
          { title: 'Tanggal', weight: 1.6 },
          { title: 'Tanda tangan', weight: 2.4 },
        ],
        // Room for a signature.
        rows: roll.workers.map((worker) => [
          placeText(worker),
          worker.name,
          worker.nikMasked,
          formatRupiah(worker.wage),
          '',
          '\n\n',
        ]),
        total: ['', 'Jumlah', '', formatRupiah(roll.wages), '', ''],
      },
      { kind: 'facts', rows: [['Terbilang', terbilangRupiah(roll.wages)]] },
      signed(facts),
    ],
  };
}

const wordings: Record<WagePaperKind, (facts: WageFacts) => Paper> = {
  'wage-bill': bill,
  'wage-receipts': receipts,
};

function headOf(kind: WagePaperKind, { paper }: WageFacts, title: Paper['title']) {
  return {
    kind,
    number: wagePaperNumber(paper.award, kind),
    date: paper.date,
    letterhead: groupLetterhead(paper),
    title,
  };
}

function worksFacts({ paper: { content, award }, roll }: WageFacts): Block {
  const days = [...new Set(roll.workers.flatMap((worker) => worker.days))].sort();
  const [first = '', last = ''] = [days[0], days.at(-1)];
  return {
    kind: 'facts',
    rows: [
      ['Nama kelompok', content.group.name],
      ['Kegiatan', content.plan.title],
      ['Perjanjian kerja sama', `Nomor ${award.pks.number} tanggal ${inWriting(award.pks.date)}`],
      ['Masa kerja', `${inWriting(first)} sampai ${inWriting(last)}, ${days.length} hari kerja`],
      ['Pekerja', `${roll.workers.length} orang, ${personDays(roll)} hari orang kerja`],
    ],
  };
}

function personDays({ workers }: MusterRoll): number {
  return workers.reduce((sum, { days }) => sum + days.length, 0);
}

function hasSubstitutes({ workers }: MusterRoll): boolean {
  return workers.some(({ substitute }) => substitute !== undefined);
}

/** A substitute has the number of the place, with a mark. */
function placeText({ memberNumber: place, substitute }: RollWorker): string {
  return substitute === undefined ? String(place) : `${place}P`;
}

function substitutes(roll: MusterRoll): Block[] {
  return hasSubstitutes(roll)
    ? [
        { kind: 'heading', text: 'B. Pekerja pengganti' },
        {
          kind: 'table',
          columns: [
            { title: 'No.', weight: 0.8 },
            { title: 'Nama', weight: 3.4 },
            { title: 'Menggantikan anggota', weight: 2.2 },
            { title: 'Keputusan desa', weight: 5.4 },
          ],
          rows: roll.workers.flatMap((worker) =>
            worker.substitute === undefined
              ? []
              : [
                  [
                    placeText(worker),
                    worker.name,
                    `nomor ${worker.memberNumber}`,
                    `Nomor ${worker.substitute.decision.number} tanggal ${inWriting(worker.substitute.decision.date)}`,
                  ],
                ],
          ),
        },
      ]
    : [];
}

const month = new Intl.DateTimeFormat('id-ID', { month: 'long', timeZone: 'UTC' });

/** The weeks of the works by their Monday, in order: rolls are kept by the week, Monday to Saturday. */
function weeksOf({ workers }: MusterRoll): string[] {
  return [...new Set(workers.flatMap(({ days }) => days.map(mondayOf)))].sort();
}

/** `Minggu 1: 10, 11, 12 Agustus; minggu 4: 31 Agustus, 1, 2 September` */
function weeksText(days: readonly string[], weeks: readonly string[]): string {
  return weeks
    .flatMap((monday, index) => {
      const inWeek = days.filter((day) => mondayOf(day) === monday);
      return inWeek.length === 0 ? [] : [`Minggu ${index + 1}: ${daysText(inWeek)}`];
    })
    .join('\n');
}

/** `31 Agustus, 1, 2 September` */
function daysText(days: readonly string[]): string {
  return Object.entries(Object.groupBy(days, (date) => date.slice(0, 7)))
    .map(
      ([key, dates = []]) =>
        `${dates.map((date) => Number(date.slice(8))).join(', ')} ${month.format(new Date(`${key}-01T00:00:00Z`))}`,
    )
    .join(', ');
}

/** The village sees people at work; the official who signs for it is not in the record. */
function signed({ paper }: WageFacts): Block {
  return {
    kind: 'signatures',
    dated: dated(paper),
    who: [{ capacity: 'Mengetahui,\nKepala Desa/Lurah', name: undefined }, leaderSigns(paper)],
  };
}
