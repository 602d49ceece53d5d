/** `jaring list`: every proposal with the stage that it has reached. */

import type { Command } from 'commander';
import { formatRupiah } from '#domain/money/rupiah.ts';
import { haltOf } from '#domain/proposal/endings.ts';
import { awardOf, contentOf, type Proposal, type Stage, stages } from '#domain/proposal/proposal.ts';
import type { Connection } from '../cloud/connection.ts';
import { UnknownName } from '../errors.ts';
import { jakartaTime } from '../time.ts';
import { withCloud } from './context.ts';

export function listCommand(program: Command): void {
  program
    .command('list')
    .description('list all proposals, the newest last')
    .option('--stage <stage>', `only those in one stage: ${stages.join(', ')}`)
    .action(async ({ stage }: { stage?: string }, command: Command) => {
      await withCloud(command, async (connection, output) => {
        const wanted = stages.filter((one) => stage === undefined || one === stage);
        if (wanted.length === 0) throw new UnknownName('stage', stage ?? '', stages);
        const proposals = await proposalsIn(connection, wanted);
        output.data(proposals.map(summaryOf));
        if (proposals.length === 0) output.line('There are no proposals yet.');
        else {
          output.table(
            [
              { title: 'proposal' },
              { title: 'group' },
              { title: 'programme' },
              { title: 'stage' },
              { title: 'amount', align: 'right' },
              { title: 'last change' },
            ],
            proposals
              .map(summaryOf)
              .map(({ id, group, programme, stage: reached, detail, amount, updatedAt }) => [
                id,
                group ?? '(not yet read)',
                programme ?? '–',
                detail === undefined ? reached : `${reached} (${detail})`,
                amount === undefined ? '–' : formatRupiah(amount),
                jakartaTime(updatedAt),
              ]),
          );
        }
      });
    });
}

/** All proposals in the stages, in the order in which they came. */
export async function proposalsIn(
  { store }: Pick<Connection, 'store'>,
  wanted: readonly Stage[],
): Promise<Proposal[]> {
  const found = await Promise.all(wanted.map((stage) => store.proposals.list(stage)));
  return found.flat().sort((a, b) => (a.receivedAt < b.receivedAt ? -1 : 1));
}

function summaryOf(proposal: Proposal) {
  const content = contentOf(proposal);
  const award = awardOf(proposal);
  return {
    id: proposal.id,
    packet: proposal.packetPrefix,
    group: content?.group.name,
    programme: proposal.pack?.id,
    stage: proposal.stage,
    detail: detailOf(proposal),
    /** The award, or what is asked for. */
    amount: award?.amount ?? content?.amountAsked,
    receivedAt: proposal.receivedAt,
    updatedAt: proposal.updatedAt,
  };
}

function detailOf(proposal: Proposal): string | undefined {
  const halt = haltOf(proposal);
  if (halt?.execution !== undefined) return `${halt.execution} halted: ${halt.error}`;
  if (proposal.stage === 'closed') return proposal.result;
  if (proposal.stage === 'rejected') return proposal.reason;
  if (halt !== undefined) return `halted: ${halt.error}`;
  if (proposal.stage === 'approval' && proposal.budgetAwaitedSince !== undefined) return 'waits for budget';
  return undefined;
}
