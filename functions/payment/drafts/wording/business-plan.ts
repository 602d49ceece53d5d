/** Rencana Usaha Kelompok (RUK): what the group will do with the money, line by line. */
import { formatRupiah } from '#domain/money/rupiah.ts';
import { inFull, numberOf, type PaperFacts, trancheText } from '#functions/payment/drafts/facts.ts';
import type { Block, Paper } from '#functions/payment/drafts/paper.ts';
import {
  budgetTable,
  dated,
  groupLetterhead,
  leaderSigns,
  memberTable,
  ppkSigns,
  schedule,
} from '#functions/payment/drafts/wording/common.ts';

export function businessPlan(facts: PaperFacts): Paper {
  const { content, award, tranche, leader } = facts;
  const { group, plan } = content;
  return {
    kind: 'ruk',
    number: numberOf(facts, 'ruk'),
    date: facts.date,
    letterhead: groupLetterhead(facts),
    title: ['RENCANA USAHA KELOMPOK', `PENCAIRAN ${trancheText(facts).toUpperCase()}`],
    blocks: [
      { kind: 'heading', text: 'A. Kelompok' },
      {
        kind: 'facts',
        rows: [
          ['Nama kelompok', group.name],
          ['Ketua kelompok', leader],
          ['Alamat', group.address],
          ['Bidang kegiatan', group.businessField],
          ['Jumlah anggota', `${content.members.length} orang`],
          ['Jumlah bantuan', inFull(award.amount)],
          ['Jumlah pencairan ini', inFull(tranche.amount)],
        ],
      },
      { kind: 'heading', text: 'B. Rencana' },
      { kind: 'facts', rows: [['Nama kegiatan', plan.title], ...worksRows(facts)] },
      ...plan.summary.split(/\n+/).map((text): Block => ({ kind: 'paragraph', text })),
      { kind: 'paragraph', text: 'Kegiatan yang dilaksanakan:' },
      { kind: 'list', items: plan.activities },
      { kind: 'heading', text: 'C. Rencana Anggaran Biaya (RAB)' },
      budgetTable(facts),
      { kind: 'heading', text: 'D. Jadwal Dana' },
      schedule(facts),
      { kind: 'heading', text: 'E. Anggota' },
      memberTable(facts),
      {
        kind: 'signatures',
        dated: dated(facts),
        who: [ppkSigns(facts, 'Mengetahui,\nPejabat Pembuat Komitmen'), leaderSigns(facts)],
      },
    ],
  };
}

function worksRows({ content: { plan } }: PaperFacts): [string, string][] {
  return plan.works === undefined
    ? []
    : [
        ['Uraian pekerjaan', plan.works.description],
        ['Waktu pelaksanaan', `${plan.works.days} hari kerja`],
        ['Jumlah pekerja', `${plan.works.workers} orang`],
        ['Upah per hari', formatRupiah(plan.works.dayRate)],
      ];
}
