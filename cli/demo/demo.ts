/**
 * The demonstration: two real packets from upload to close, on a fresh cloud in virtual time.
 *
 * Nothing is called behind the system's back: packets come in by S3, people answer the mail that was sent by the links
 * in it, the bank answers files with files. Only the clock is moved.
 */

import { join } from 'node:path';
import { proposalIdOf } from '#domain/identifiers.ts';
import { formatRupiah, rupiah } from '#domain/money/rupiah.ts';
import type { ProposalAction } from '#domain/proposal/events.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { contentOf, tranchesOf } from '#domain/proposal/proposal.ts';
import type { BankDeed } from '#players/bank/fake-bank.ts';
import { addressesOf } from '../cloud/addresses.ts';
import { billOf, priceList, readUsage } from '../cloud/bill.ts';
import type { Connection } from '../cloud/connection.ts';
import { projectFolder } from '../cloud/home.ts';
import { bankInterval } from '../cloud/start.ts';
import { putPacket } from '../cloud/upload.ts';
import type { Output } from '../output.ts';
import { readPacketFolder } from '../packet-folder.ts';
import { keptAuthenticators } from '../play/kept-authenticators.ts';
import { narrate } from '../play/narration.ts';
import { readTarget } from '../play/target.ts';
import { timelineLine } from '../play/timeline.ts';
import { playUntil } from '../play/until.ts';
import { jakartaDay } from '../time.ts';
import { onFreshCloud, type Stage } from './fresh-cloud.ts';
import { keepOpen } from './keep-open.ts';

/** A Monday morning in Jakarta; the rule-packs of 2020 are in force. */
const startAt = '2020-10-05T01:00:00.000Z';
const packets = ['tkm-banyumas', 'padat-karya-gunungkidul'] as const;

export interface DemoSettings {
  /** Where assemblies are cached. */
  assemblies: string;
  output: Output;
  /** Leaves the cloud open at the end, until the process is asked to stop. */
  keep?: boolean;
}

/** @returns whether both proposals were closed */
export async function runDemo({ assemblies, output, keep = false }: DemoSettings): Promise<boolean> {
  return onFreshCloud({ assemblies, startAt, output }, async (stage) => {
    await playPackets(stage, output);
    const closed = await conclude(stage, output);
    if (keep) {
      stage.cloud.bank.run(bankInterval);
      await keepOpen(stage, output);
    }
    return closed;
  });
}

function folderOf(packet: string) {
  return join(projectFolder, 'samples/packets', packet);
}

async function playPackets({ cloud, home }: Stage, output: Output): Promise<void> {
  const { connection, bank } = cloud;
  const { control } = connection;
  output.line(
    `\nVirtual time begins on ${jakartaDay(startAt)}. All names are invented, all mail stays on this machine.\n`,
  );
  for (const packet of packets) {
    await putPacket(connection, packet, await readPacketFolder(folderOf(packet)));
    const { now } = await control.clock();
    output.line(timelineLine(now, packet, 'uploads proposal.json and its attachments'));
  }
  const proposals = packets.map(proposalIdOf);
  const bankDeedText = ({ outcome, amount, endToEndId }: BankDeed) =>
    `${outcome === 'SETTLED' ? 'pays' : 'refuses'} ${formatRupiah(rupiah(amount))} (${endToEndId})`;
  await playUntil({
    ...{ connection, bank, proposals, ...narrate(connection, proposals, output, bankDeedText) },
    target: readTarget('closed'),
    authenticators: keptAuthenticators(home),
  });
}

async function readProposals({ store }: Connection): Promise<Proposal[]> {
  const found = await Promise.all(packets.map((packet) => store.proposals.find(proposalIdOf(packet))));
  return found.filter((proposal) => proposal !== undefined);
}

/** The tables at the end. */
async function conclude({ cloud, home, passed }: Stage, output: Output): Promise<boolean> {
  const { connection } = cloud;
  const seconds = passed();
  const proposals = await readProposals(connection);
  const bill = billOf(readUsage(await connection.control.usage()));
  const closed = proposals.length === packets.length && proposals.every(({ stage }) => stage === 'closed');
  const outcomes = await Promise.all(proposals.map((proposal) => outcomeOf(connection, proposal)));
  output.data({
    ...{ closed, seconds, proposals: outcomes, bill, prices: { ...priceList, prices: undefined } },
    cloud: { ...addressesOf(cloud), home },
  });

  output.line('\nProposals');
  output.table(
    [
      { title: 'proposal' },
      { title: 'group' },
      { title: 'programme' },
      { title: 'stage' },
      { title: 'received' },
      { title: 'verified' },
      { title: 'awarded' },
      { title: 'closed' },
      { title: 'trained', align: 'right' },
    ],
    outcomes.map(({ id, group, programme, stage, received, verified, awarded, closed: on, trained }) => [
      id,
      group,
      programme,
      stage,
      received,
      verified,
      awarded,
      on,
      trained,
    ]),
  );
  output.line('\nTranches');
  output.table(
    [
      { title: 'proposal' },
      { title: 'no.', align: 'right' },
      { title: 'percent', align: 'right' },
      { title: 'amount', align: 'right' },
      { title: 'status' },
      { title: 'value date' },
    ],
    outcomes.flatMap(({ id, tranches }) =>
      tranches.map(({ number, percent, amount, status, valueDate }) => [
        id,
        String(number),
        `${percent} %`,
        formatRupiah(amount),
        status,
        valueDate ?? '–',
      ]),
    ),
  );
  output.line(
    `\nWhat AWS would have charged (list prices of ${priceList.region}, ${priceList.asOf}, without free tiers)`,
  );
  output.table(
    [{ title: 'what' }, { title: 'amount', align: 'right' }, { title: 'US$', align: 'right' }],
    [
      ...bill.lines.map(({ name, amount, cost }) => [
        name,
        amount.toLocaleString('en', { maximumFractionDigits: 1 }),
        cost.toFixed(5),
      ]),
      ['total', '', bill.total.toFixed(5)],
    ],
  );
  output.line(
    closed
      ? `\nBoth proposals are closed. ${seconds.toFixed(1)} s.`
      : `\nNot all proposals were closed: ${proposals.map(({ id, stage }) => `${id} ${stage}`).join(', ')}.`,
  );
  return closed;
}

async function outcomeOf({ store }: Connection, proposal: Proposal) {
  const events = await store.audit.list({ proposalId: proposal.id });
  const dayOf = (action: ProposalAction) => {
    const event = events.find((each) => each.action === action);
    return event === undefined ? '–' : jakartaDay(event.at);
  };
  const content = contentOf(proposal);
  return {
    id: proposal.id,
    group: content?.group.name ?? proposal.packetPrefix,
    programme: proposal.pack?.id ?? '–',
    stage: proposal.stage === 'closed' ? `closed (${proposal.result})` : proposal.stage,
    received: jakartaDay(proposal.receivedAt),
    verified: dayOf('proposal.verified'),
    awarded: dayOf('proposal.awarded'),
    closed: dayOf('proposal.closed'),
    trained: proposal.stage === 'closed' ? String(proposal.peopleTrained) : '–',
    tranches: tranchesOf(proposal),
  };
}
