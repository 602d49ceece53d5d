/** Messages about the end of the fiscal year: its last days are near, or have not been made known. */

import { type Bilingual, both, writtenDate } from '#domain/text/bilingual.ts';
import type { PaperDays } from '#domain/working-days.ts';
import type { Message } from '#functions/notifications/messages/message.ts';
import { statusBlocks } from '#functions/notifications/messages/status-block.ts';

function dayRows({ spp, spm, sp2d }: PaperDays): [Bilingual, Bilingual][] {
  return [
    [{ id: 'Hari terakhir SPP', en: 'Last day of the SPP' }, writtenDate(spp)],
    [{ id: 'Hari terakhir SPM', en: 'Last day of the SPM' }, writtenDate(spm)],
    [{ id: 'Hari terakhir SP2D', en: 'Last day of the SP2D' }, writtenDate(sp2d)],
  ];
}

/** Warns a group that what is not paid by the last days of the year lapses. */
export function yearEndGroup(facts: {
  proposalId: string;
  groupName: string;
  /** The status page, for the group's contact. */
  statusUrl?: string;
  year: number;
  /** Working days that are left. */
  left: number;
  lastDays: PaperDays;
}): Message {
  const { groupName, proposalId, year, left, lastDays } = facts;
  return {
    subject: {
      id: `Pencairan tahun ${year} berakhir ${left} hari kerja lagi – ${groupName} (${proposalId})`,
      en: `${left} working days are left for payments of ${year} – ${groupName} (${proposalId})`,
    },
    blocks: [
      {
        id: `Dana kelompok dari anggaran ${year} belum seluruhnya dibayarkan, dan tersisa ${left} hari kerja. Yang tidak diterbitkan sampai hari terakhirnya gugur.`,
        en: `The group’s money from the budget of ${year} has not all been paid, and ${left} working days are left. What is not issued by its last day lapses.`,
      },
      { facts: dayRows(lastDays) },
      {
        id: 'Bila kami meminta dokumen atau perbaikan dari kelompok, kirimkan secepatnya. Bila tidak, tidak ada yang perlu dilakukan.',
        en: 'If we asked the group for documents or corrections, send them as soon as you can. If not, there is nothing to do.',
      },
      ...statusBlocks(facts.statusUrl),
    ],
  };
}

/** Warns a PPK or a treasurer of what is still to be paid before the last days of the year. */
export function yearEndOfficial(facts: {
  /** The person addressed. */
  name: string;
  year: number;
  /** Working days that are left. */
  left: number;
  /** Groups with tranches that are not paid. */
  count: number;
  /** Formatted rupiah. */
  sum: string;
  lastDays: PaperDays;
}): Message {
  const { name, year, left, count, sum, lastDays } = facts;
  return {
    subject: {
      id: `${left} hari kerja lagi sampai hari terakhir SPP tahun ${year}: ${count} kelompok belum dibayar`,
      en: `${left} working days to the last day of the SPP of ${year}: ${count} groups are not paid`,
    },
    blocks: [
      { id: `Yth. ${name},`, en: `Dear ${name},` },
      {
        id: `Dari anggaran ${year} masih ada dana yang belum dibayarkan. Yang tidak diterbitkan sampai hari terakhirnya gugur, dan tidak dapat dibayar dari anggaran yang sudah ditutup.`,
        en: `Money of the budget of ${year} is still to be paid. What is not issued by its last day lapses, and cannot be paid from a budget that is closed.`,
      },
      {
        facts: [
          [{ id: 'Kelompok', en: 'Groups' }, both(String(count))],
          [{ id: 'Jumlah', en: 'Sum' }, both(sum)],
          ...dayRows(lastDays),
        ],
      },
    ],
  };
}

/** Asks the administrators for a decree that is not known: holidays of a year, or the last days of one. */
export function calendarMissing(facts: {
  /** Years whose holidays are not known. */
  holidays: readonly number[];
  /** Years whose last days are not known. */
  lastDays: readonly number[];
}): Message {
  const years = [...new Set([...facts.holidays, ...facts.lastDays])].sort().join(', ');
  return {
    subject: {
      id: `Keputusan untuk kalender belum dimuat – ${years}`,
      en: `Decrees for the calendar are missing – ${years}`,
    },
    blocks: [
      {
        list: [
          ...facts.holidays.map((year) => ({
            id: `Hari libur nasional dan cuti bersama ${year} (SKB 3 Menteri) belum dimuat. Batas waktu di tahun itu dihitung hanya dengan akhir pekan dan hari libur bertanggal tetap.`,
            en: `The holidays and the collective leave of ${year} (SKB 3 Menteri) are not loaded. Deadlines in that year are counted with weekends and fixed days only.`,
          })),
          ...facts.lastDays.map((year) => ({
            id: `Hari terakhir SPP, SPM, dan SP2D ${year} (langkah-langkah akhir tahun) belum dimuat. Yang dipakai adalah hari kerja terakhir bulan Desember.`,
            en: `The last days for SPP, SPM and SP2D of ${year} are not loaded. The last working day of December is used.`,
          })),
        ],
      },
      {
        id: 'Muat keputusannya dengan "jaring calendar load"; bentuk berkasnya ada di docs/operations.md.',
        en: 'Load the decree with "jaring calendar load"; the shape of the file is in docs/operations.md.',
      },
    ],
  };
}
