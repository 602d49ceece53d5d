/** Facts for papers: a TKM group and a Padat Karya group as the samples have them, awarded, at one of their tranches. */
import { readFileSync } from 'node:fs';
import { rupiah, sumRupiah } from '#domain/money/rupiah.ts';
import { tranchePlan } from '#domain/money/tranche.ts';
import { packetSchema } from '#domain/packet/packet.ts';
import { maskNik } from '#domain/people/nik.ts';
import type { Content } from '#domain/proposal/content.ts';
import type { AwardedProposal } from '#domain/proposal/proposal.ts';
import type { RollWorker } from '#domain/public-works/muster-roll.ts';
import { workDays } from '#domain/public-works/roll-form.ts';
import { draftFacts, type PaperFacts } from '#functions/payment/drafts/facts.ts';
import type { WageFacts } from '#functions/payment/drafts/wording/wages.ts';
import { calendarAt } from '#programmes/calendar.ts';
import { newestRulePack } from '#programmes/index.ts';

const samples = {
  'tkm-2020': 'tkm-banyumas/proposal.corrected.json',
  'tkm-2020-two-tranches': 'tkm-banyumas/proposal.corrected.json',
  'padat-karya-2020': 'padat-karya-gunungkidul/proposal.json',
} as const;

/** @param change the content, before the papers are made from it */
export function paperFacts(
  packId: keyof typeof samples,
  number: number,
  change: (content: Content) => void = () => {},
  attempt = 1,
): PaperFacts {
  const path = new URL(`../../../../samples/packets/${samples[packId]}`, import.meta.url);
  const {
    schemaVersion: _,
    programme: __,
    ...packet
  } = packetSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  const content: Content = {
    ...packet,
    members: packet.members.map(({ nik, ...member }) => ({
      ...member,
      nikEncrypted: '',
      nikHash: '',
      nikMasked: maskNik(nik),
    })),
    warnings: [],
  };
  change(content);
  const pack = newestRulePack(packId);
  const amount = content.amountAsked;
  const tranches = tranchePlan(pack, amount).map((tranche) => ({
    ...tranche,
    ...(tranche.number < number
      ? { status: 'settled' as const, valueDate: '2020-08-06', attempts: 1 }
      : { status: 'planned' as const, attempts: 0 }),
  }));
  const date = '2020-08-03';
  const code = packId.toUpperCase();
  const award: AwardedProposal['award'] = {
    sk: { number: `0007/SK/${code}/2020`, date },
    pks: { number: `0007/PKS/${code}/2020`, date },
    amount,
    budgetLine: { programme: pack.budgetProgramme, year: 2020, province: '33' },
    approvals: [],
    awardedAt: `${date}T02:00:00.000Z`,
  };
  const tranche = tranches.find((each) => each.number === number);
  if (tranche === undefined) throw new RangeError(`no tranche ${number} in ${packId}`);
  return draftFacts({ content, award, tranches }, pack, tranche, {
    attempt,
    date: '2020-08-10',
    place: 'Kabupaten Banyumas',
    province: 'Jawa Tengah',
    ppk: 'Paula Wibisono',
    kpa: undefined,
  });
}

/** Facts of the wages of that group: all its members on all planned days but the last worker, and a substitute. */
export function wageFacts(): WageFacts {
  const paper = { ...paperFacts('padat-karya-2020', 1), date: '2020-08-31' };
  const { members } = paper.content;
  const dayRate = rupiah(100_000);
  const worker = (number: number, days: readonly string[]): RollWorker => {
    const member = members.find((each) => each.number === number);
    return {
      ...{
        memberNumber: number,
        name: member?.name ?? '',
        nikHash: `${number}`,
        nikMasked: member?.nikMasked ?? '',
      },
      ...{ role: 'pekerja', dayRate, days: [...days], wage: rupiah(days.length * dayRate) },
    };
  };
  const days = workDays('2020-08-10', 15, calendarAt('2020-08-10T00:00:00Z'));
  const workers = [
    ...members.map(({ number }) => worker(number, number === 7 ? days.slice(0, 5) : days)),
    {
      ...worker(7, days.slice(5)),
      ...{ name: 'Sri Lestari Handayani', nikHash: 's' },
      substitute: {
        ...{ nikEncrypted: '', birthDate: '1990-01-01' },
        decision: { number: '141/07/2020', date: '2020-08-14' },
      },
    },
  ].sort((one, other) => one.memberNumber - other.memberNumber);
  const wages = sumRupiah(workers.map(({ wage }) => wage));
  const limit = rupiah(31_000_000);
  return {
    paper,
    roll: { workers, wages, limit, unspentWages: rupiah(limit - wages) },
    roles: new Map([['pekerja', 'Pekerja']]),
  };
}
