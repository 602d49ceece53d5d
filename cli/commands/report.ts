/** `jaring report`: every recipient as of a date: what was awarded, what was paid, and to whom. */

import type { Command } from 'commander';
import { formatRupiah, sumRupiah } from '#domain/money/rupiah.ts';
import type { RegionDirectory } from '#domain/people/region.ts';
import { depositedAmount } from '#domain/proposal/deposits.ts';
import type { AwardedProposal, Proposal } from '#domain/proposal/proposal.ts';
import { awardOf, stages } from '#domain/proposal/proposal.ts';
import { countReceipts } from '#domain/proposal/receipts.ts';
import type { Tranche } from '#domain/proposal/tranche.ts';
import { readRegions } from '../regions.ts';
import { jakartaDay, readAsOf } from '../time.ts';
import { withCloud } from './context.ts';
import { proposalsIn } from './list.ts';
import { receiptsText } from './show.ts';

interface ReportOptions {
  asOf?: string;
  people?: boolean;
}

export function reportCommand(program: Command): void {
  program
    .command('report')
    .description('list all recipients as of a date: awards, payments and people')
    .option('--as-of <date>', 'what was true at the end of that day in Jakarta (default: now)')
    .option('--people', 'also list every member, with the NIK masked')
    .action(async (options: ReportOptions, command: Command) => {
      await withCloud(command, async (connection, output) => {
        const asOf =
          options.asOf === undefined ? (await connection.control.clock()).now : readAsOf(options.asOf);
        const regions = await readRegions();
        const all = await proposalsIn(connection, stages);
        const recipients = all.flatMap((proposal) => recipientAsOf(proposal, asOf, regions));
        const totals = {
          groups: recipients.length,
          people: recipients.reduce((sum, { people }) => sum + people.length, 0),
          awarded: sumRupiah(recipients.map(({ awarded }) => awarded)),
          paid: sumRupiah(recipients.map(({ paid }) => paid)),
          deposited: sumRupiah(recipients.map(({ deposited }) => deposited)),
        };
        output.data({ asOf, totals, recipients });
        output.line(`Recipients as of ${jakartaDay(asOf)}`);
        output.table(
          [
            { title: 'proposal' },
            { title: 'group' },
            { title: 'place' },
            { title: 'programme' },
            { title: 'decree (SK)' },
            { title: 'people', align: 'right' },
            { title: 'awarded', align: 'right' },
            { title: 'paid', align: 'right' },
            { title: 'deposited back', align: 'right' },
            { title: 'benefit received', align: 'right' },
          ],
          recipients.map(
            ({ id, group, place, programme, sk, people, awarded, paid, deposited, payments }) => [
              id,
              group,
              place,
              programme,
              sk,
              String(people.length),
              formatRupiah(awarded),
              formatRupiah(paid),
              formatRupiah(deposited),
              payments.flatMap(({ receipts }) => (receipts ? receiptsText(receipts) : [])).join(', '),
            ],
          ),
        );
        output.line(
          `\n${totals.groups} groups, ${totals.people} people, ${formatRupiah(totals.awarded)} awarded, ${formatRupiah(totals.paid)} paid, ${formatRupiah(totals.deposited)} deposited back.`,
        );
        if (options.people !== true) return;
        output.line('');
        output.table(
          [
            { title: 'proposal' },
            { title: 'no.', align: 'right' },
            { title: 'name' },
            { title: 'NIK' },
            { title: 'sex' },
            { title: 'benefit received' },
          ],
          recipients.flatMap(({ id, people }) =>
            people.map(({ number, name, nik, sex, received }) => [
              id,
              String(number),
              name,
              nik,
              sex,
              received.map(({ tranche, outcome }) => `${tranche}: ${outcome}`).join(', '),
            ]),
          ),
        );
      });
    });
}

/** Whether the tranche's money was with the group at the moment: what came back was, until it did. */
function wasPaid({ settledAt, returned = [] }: Tranche, asOf: string): boolean {
  return (
    (settledAt !== undefined && settledAt <= asOf) ||
    returned.some((back) => back.settledAt <= asOf && asOf < back.returnedAt)
  );
}

/**
 * The recipient as it was at the moment, or nothing if the award came later or was lost before anything was paid.
 *
 * Awards, settlements and what members said keep their dates for ever, so the past can be read from the present record.
 */
export function recipientAsOf(proposal: Proposal, asOf: string, regions: RegionDirectory) {
  if (!hasAward(proposal) || proposal.award.awardedAt > asOf) return [];
  const { award, tranches, content } = proposal;
  const paid = tranches.filter((tranche) => wasPaid(tranche, asOf));
  if (proposal.stage === 'rejected' && proposal.rejectedAt <= asOf && paid.length === 0) return [];
  const { accepted } = proposal.wages ?? {};
  const place = regions.parents(content.group.village).map(({ name }) => name);
  return [
    {
      id: proposal.id,
      group: content.group.name,
      village: content.group.village,
      place: place.slice(1).reverse().join(', '),
      programme: proposal.pack?.id ?? '',
      sk: award.sk.number,
      awardedAt: award.awardedAt,
      awarded: award.amount,
      paid: sumRupiah(paid.map(({ amount }) => amount)),
      /** What had gone back to kas negara by then. */
      deposited: depositedAmount(proposal, asOf),
      payments: paid.map(({ number, amount, valueDate, bankReference, receipts }) => ({
        tranche: number,
        amount,
        valueDate,
        bankReference,
        /** How many members had confirmed and denied having received the benefit by then. */
        ...(receipts !== undefined && { receipts: countReceipts(receipts, asOf) }),
      })),
      /** Paid works: what the muster roll that was accepted by then earned, and whom; substitutes received wages only. */
      ...(accepted !== undefined &&
        accepted.at <= asOf && {
          wages: {
            sum: accepted.wages,
            left: accepted.unspentWages,
            workers: accepted.workers,
            substitutes: accepted.substitutes,
          },
        }),
      people: content.members.map(({ number, name, nikMasked, sex }) => ({
        number,
        name,
        nik: nikMasked,
        sex,
        /** What the member had said of having received the benefit, tranche by tranche. */
        received: paid.flatMap((tranche) =>
          (tranche.receipts?.answers ?? [])
            .filter(({ member, at }) => member === number && at <= asOf)
            .map(({ outcome }) => ({ tranche: tranche.number, outcome })),
        ),
      })),
    },
  ];
}

type WithAward = Proposal & Pick<AwardedProposal, 'award' | 'tranches' | 'content' | 'wages'>;

function hasAward(proposal: Proposal): proposal is WithAward {
  return awardOf(proposal) !== undefined;
}
