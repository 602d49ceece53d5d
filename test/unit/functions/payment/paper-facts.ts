/** Facts for papers: a TKM group and a Padat Karya group as the samples have them, awarded, at one of their tranches. */
import { readFileSync } from 'node:fs';
import { maskNik } from '#domain/nik.ts';
import { packetSchema } from '#domain/packet.ts';
import type { AwardedProposal, Content } from '#domain/proposal.ts';
import { tranchePlan } from '#domain/tranche.ts';
import { factsOf, type PaperFacts } from '#functions/payment/drafts/facts.ts';
import { rulePack } from '#programmes/index.ts';

const samples = {
  'tkm-2020': 'tkm-banyumas/proposal.corrected.json',
  'tkm-2020-two-tranches': 'tkm-banyumas/proposal.corrected.json',
  'padat-karya-2020': 'padat-karya-gunungkidul/proposal.json',
} as const;

/** @param change the content, before the papers are made from it */
export const paperFacts = (
  packId: keyof typeof samples,
  number: number,
  change: (content: Content) => void = () => {},
  attempt = 1,
): PaperFacts => {
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
  const pack = rulePack(packId, 1);
  const amount = content.amountAsked;
  const tranches = tranchePlan(pack, amount).map((tranche) => ({
    ...tranche,
    status: 'planned' as const,
    attempts: 0,
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
  return factsOf({ content, award, tranches }, pack, tranche, {
    attempt,
    date: '2020-08-10',
    place: 'Kabupaten Banyumas',
    province: 'Jawa Tengah',
    ppk: 'Paula Wibisono',
    kpa: undefined,
  });
};
