/**
 * The demonstration: two real packets from upload to close, on a fresh cloud in virtual time.
 *
 * Nothing is called behind the system's back: packets come in by S3, people answer the mail that was sent by the links
 * in it, the bank answers files with files. Only the clock is moved.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { proposalIdOf } from '#domain/identifiers.ts';
import { formatRupiah, rupiah } from '#domain/money/rupiah.ts';
import type { ProposalAction } from '#domain/proposal/events.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import type { Mail } from '#players/mailbox.ts';
import { play } from '#players/play.ts';
import { type Deed, People } from '#players/player.ts';
import { agreeableReplies, confirmedBy, correctedBy, type Situation } from '#players/replies.ts';
import { newestRulePack } from '#programmes/index.ts';
import { billOf, priceList, readUsage } from '../cloud/bill.ts';
import type { Connection } from '../cloud/connection.ts';
import { projectFolder } from '../cloud/home.ts';
import type { StartedCloud } from '../cloud/start.ts';
import { putPacket } from '../cloud/upload.ts';
import type { Output } from '../output.ts';
import { readPacketFolder } from '../packet-folder.ts';
import { jakartaDay } from '../time.ts';
import { onFreshCloud } from './fresh-cloud.ts';
import { deedInWords, timelineLine } from './timeline.ts';

/** A Monday morning in Jakarta; the rule-packs of 2020 are in force. */
const startAt = '2020-10-05T01:00:00.000Z';
/** How many of the twenty members both programmes want to confirm. */
const quorum = newestRulePack('tkm-2020').payment.receipt.quorum;
const packets = ['tkm-banyumas', 'padat-karya-gunungkidul'] as const;

export interface DemoSettings {
  /** Where assemblies are cached. */
  assemblies: string;
  output: Output;
}

/** @returns whether both proposals were closed */
export async function runDemo({ assemblies, output }: DemoSettings): Promise<boolean> {
  return onFreshCloud({ assemblies, startAt, output }, async (cloud, passed) => {
    await playPackets(cloud, output);
    return conclude(cloud.connection, output, passed());
  });
}

function folderOf(packet: string) {
  return join(projectFolder, 'samples/packets', packet);
}

async function playPackets({ endpoint, connection, bank }: StartedCloud, output: Output): Promise<void> {
  const { control } = connection;
  output.line(
    `\nVirtual time begins on ${jakartaDay(startAt)}. All names are invented, all mail stays on this machine.\n`,
  );
  const now = async () => (await control.clock()).now;
  for (const packet of packets) {
    await putPacket(connection, packet, await readPacketFolder(folderOf(packet)));
    output.line(timelineLine(await now(), packet, 'uploads proposal.json and its attachments'));
  }
  const corrected = await readFile(join(folderOf('tkm-banyumas'), 'proposal.corrected.json'));
  const enrolled: Mail[] = [];
  const people = new People({
    endpoint,
    // The page that an answer leads to shows them what they know.
    lookAfterwards: false,
    enrolled: (mail) => enrolled.push(mail),
    replies: {
      ...agreeableReplies,
      // Enough for the quorum of both; the others leave it at that.
      membership: confirmedBy(quorum),
      receipt: confirmedBy(quorum),
      correction: (situation: Situation) => {
        for (const problem of situation.page.notes) output.line(`${' '.repeat(18)}- ${problem}`);
        return correctedBy(corrected)();
      },
    },
  });
  const stages = new Map<string, string>();
  await play({
    clock: control,
    people,
    bank,
    finished: async () => (await readProposals(connection)).every((proposal) => isOver(proposal)),
    round: async (deeds, bankDeeds) => {
      const [invitation] = enrolled;
      if (invitation !== undefined) {
        const who = `${enrolled.splice(0).length} officials`;
        output.line(timelineLine(invitation.at, who, 'enrol an authenticator for one-time codes'));
      }
      tellDeeds(deeds, output);
      for (const { amount, endToEndId, verdict } of bankDeeds) {
        const what = `${verdict === 'SETTLED' ? 'pays' : 'refuses'} ${formatRupiah(rupiah(amount))} (${endToEndId})`;
        output.line(timelineLine(await now(), 'the bank', what));
      }
      await control.idle();
      for (const proposal of await readProposals(connection)) {
        if (stages.get(proposal.id) !== proposal.stage) {
          output.line(timelineLine(await now(), proposal.id, `is now in stage: ${proposal.stage}`));
        }
        stages.set(proposal.id, proposal.stage);
      }
    },
  });
}

/** Deeds in order; the same thing done by many for one proposal is one line. */
function tellDeeds(deeds: readonly Deed[], output: Output): void {
  const together = new Map<string, Deed[]>();
  for (const deed of deeds) {
    const { kind, proposalId, person } = deed.situation;
    const key =
      kind === 'membership' || kind === 'receipt'
        ? `${kind}/${proposalId}`
        : `${kind}/${proposalId}/${person}/${deed.situation.mail.id}`;
    together.set(key, [...(together.get(key) ?? []), deed]);
  }
  for (const same of together.values()) {
    const [first] = same;
    if (first === undefined) continue;
    const who =
      same.length === 1 ? first.situation.person : `${same.length} members of ${first.situation.proposalId}`;
    output.line(timelineLine(first.situation.mail.at, who, deedInWords(first)));
  }
}

async function readProposals({ store }: Connection): Promise<Proposal[]> {
  const found = await Promise.all(packets.map((packet) => store.proposals.find(proposalIdOf(packet))));
  return found.filter((proposal) => proposal !== undefined);
}

function isOver({ stage, halted }: Proposal): boolean {
  return stage === 'closed' || stage === 'rejected' || halted !== undefined;
}

/** The tables at the end. */
async function conclude(connection: Connection, output: Output, seconds: number): Promise<boolean> {
  const proposals = await readProposals(connection);
  const bill = billOf(readUsage(await connection.control.usage()));
  const closed = proposals.length === packets.length && proposals.every(({ stage }) => stage === 'closed');
  const outcomes = await Promise.all(proposals.map((proposal) => outcomeOf(connection, proposal)));
  output.data({ closed, seconds, proposals: outcomes, bill, prices: { ...priceList, prices: undefined } });

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
  const content = 'content' in proposal ? proposal.content : undefined;
  return {
    id: proposal.id,
    group: content?.group.name ?? proposal.packetPrefix,
    programme: 'pack' in proposal ? (proposal.pack?.id ?? '–') : '–',
    stage: proposal.stage === 'closed' ? `closed (${proposal.result})` : proposal.stage,
    received: jakartaDay(proposal.receivedAt),
    verified: dayOf('proposal.verified'),
    awarded: dayOf('proposal.awarded'),
    closed: dayOf('proposal.closed'),
    trained: proposal.stage === 'closed' ? String(proposal.peopleTrained) : '–',
    tranches: 'tranches' in proposal ? (proposal.tranches ?? []) : [],
  };
}
