/** `jaring show`: one proposal: what it is, what is awaited from whom, what was paid, what was sent, what happened. */

import type { Command } from 'commander';
import { aboutText } from '#domain/asks/about.ts';
import type { Ask } from '#domain/asks/ask.ts';
import { kindOf } from '#domain/asks/ask-kinds.ts';
import { holdText } from '#domain/money/hold-texts.ts';
import { holdOf, type PaymentAttempt } from '#domain/money/payment.ts';
import { formatRupiah } from '#domain/money/rupiah.ts';
import type { Actor, AuditEvent } from '#domain/proposal/audit.ts';
import { haltOf } from '#domain/proposal/endings.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { awardOf, contentOf, problemsOf, tranchesOf, wagesOf } from '#domain/proposal/proposal.ts';
import { countReceipts } from '#domain/proposal/receipts.ts';
import { writtenProblem } from '#domain/text/bilingual.ts';
import type { Connection } from '../cloud/connection.ts';
import type { Output } from '../output.ts';
import { jakartaTime } from '../time.ts';
import { findProposal, withCloud } from './context.ts';
import { depositColumns, depositRow } from './deposit.ts';

export function showCommand(program: Command): void {
  program
    .command('show')
    .description('show one proposal: its stage, what is awaited, what was paid, what happened')
    .argument('<proposal>', 'its id, as "jaring list" shows it')
    .action(async (id: string, _: object, command: Command) => {
      await withCloud(command, async (connection, output) => {
        const proposal = await findProposal(connection, id);
        await show(connection, proposal, output);
      });
    });
}

async function show({ store }: Connection, proposal: Proposal, output: Output): Promise<void> {
  const [open, payments, deposits, overdue, messages, events, chain] = await Promise.all([
    store.asks.openBySubject(proposal.id),
    store.payments.list(proposal.id),
    store.deposits.list(proposal.id),
    store.overdue.list(proposal.id),
    store.messages.list(proposal.id),
    store.audit.list({ proposalId: proposal.id }),
    store.audit.verify({ proposalId: proposal.id }),
  ]);
  const attempts = payments.map(({ taskToken: _, ...payment }) => payment);
  output.data({
    proposal: withoutCiphers(proposal),
    awaited: open.map(awaited),
    payments: attempts,
    deposits,
    overdue,
    messages,
    events,
    chain,
  });
  const content = contentOf(proposal);
  output.line(`${proposal.id}  ${content?.group.name ?? proposal.packetPrefix}`);
  output.line(`  stage      ${proposal.stage}${endOf(proposal)}`);
  if (proposal.pack !== undefined) {
    output.line(`  programme  ${proposal.pack.id}, rule-pack version ${proposal.pack.version}`);
  }
  if (content !== undefined) {
    output.line(`  asked      ${formatRupiah(content.amountAsked)} for ${content.members.length} people`);
  }
  const award = awardOf(proposal);
  if (award !== undefined) {
    const { sk, pks, amount } = award;
    output.line(
      `  awarded    ${formatRupiah(amount)} by ${sk.number} of ${sk.date}; agreement ${pks.number}`,
    );
  }
  for (const { at, reason, rejectedAt } of proposal.rejections)
    output.line(`  rejected   at ${at}: ${reason}, on ${jakartaTime(rejectedAt)}; the objection was granted`);
  const problems = problemsOf(proposal) ?? [];
  if (problems.length > 0) {
    output.line('\nTo be corrected');
    for (const each of problems) output.line(`  - ${writtenProblem(each).en}`);
  }
  if (open.length > 0) {
    output.line('\nAwaited');
    output.table(
      [{ title: 'what' }, { title: 'from' }, { title: 'since' }, { title: 'until' }],
      open
        .map(awaited)
        .map(({ what, from, since, until }) => [what, from, jakartaTime(since), jakartaTime(until)]),
    );
  }
  const tranches = tranchesOf(proposal);
  if (tranches.length > 0) {
    output.line('\nTranches');
    output.table(
      [
        { title: 'no.', align: 'right' },
        { title: 'percent', align: 'right' },
        { title: 'amount', align: 'right' },
        { title: 'status' },
        { title: 'attempts', align: 'right' },
        { title: 'benefit received', align: 'right' },
      ],
      tranches.map(({ number, percent, amount, status, attempts: tried, unpaidReason, receipts }) => [
        String(number),
        `${percent} %`,
        formatRupiah(amount),
        unpaidReason === undefined ? status : `${status}: ${unpaidReason}`,
        String(tried),
        receipts === undefined ? '–' : receiptsText(countReceipts(receipts)),
      ]),
    );
  }
  if (payments.length > 0) {
    output.line('\nPayments');
    output.table(
      [
        { title: 'payment' },
        { title: 'amount', align: 'right' },
        { title: 'state' },
        { title: 'the bank’s reason' },
      ],
      payments.map((payment) => [
        payment.endToEndId,
        formatRupiah(payment.amount),
        payment.state,
        reasonOf(payment),
      ]),
    );
  }
  const held = await heldPayments(store, payments);
  if (held.length > 0) {
    output.line('\nHeld');
    for (const line of held) output.line(`  - ${line}`);
  }
  const wages = wagesOf(proposal);
  if (wages?.accepted !== undefined) {
    const { wages: sum, unspentWages, workers, substitutes, personDays } = wages.accepted;
    output.line(
      `\nWages      ${formatRupiah(sum)} for ${personDays} days of ${workers} people, ${substitutes} of them substitutes; ${formatRupiah(unspentWages)} left`,
    );
  } else if (wages !== undefined) output.line(`\nMuster roll sent back ${wages.returns} times`);
  if (deposits.length > 0) {
    output.line('\nDeposits into kas negara');
    output.table(depositColumns, deposits.map(depositRow));
  }
  if (overdue.length > 0) {
    output.line('\nOverdue');
    for (const { kind, about, since } of overdue)
      output.line(`  - ${kind} ${aboutText(kind, about)} since ${jakartaTime(since)}`);
  }
  output.line(
    `\nMessages (${messages.length}${messages.length > shownMessages ? `, the last ${shownMessages}` : ''})`,
  );
  output.table(
    [{ title: 'when (Jakarta)' }, { title: 'by' }, { title: 'what' }, { title: 'to' }, { title: 'id' }],
    messages
      .toSorted((one, other) => (one.claimedAt < other.claimedAt ? -1 : 1))
      .slice(-shownMessages)
      .map(({ status, claimedAt, sentAt, channel, template, to, serviceMessageId }) => [
        jakartaTime(sentAt ?? claimedAt),
        channel === 'text' ? 'text message' : 'e-mail',
        status === 'sent' ? template : `${template} (${unsent[status]})`,
        to,
        serviceMessageId ?? '',
      ]),
  );
  output.line(
    `\nWhat happened (${chain.sound ? 'the record is whole' : `the record is broken at event ${chain.seq}`})`,
  );
  output.table(
    [{ title: 'when (Jakarta)' }, { title: 'who' }, { title: 'what' }, { title: 'facts' }],
    events.map((event) => [jakartaTime(event.at), actorName(event.actor), event.action, factsText(event)]),
  );
}

/** Why the bank refused it or sent it back: its code, and its own words. */
function reasonOf(payment: PaymentAttempt): string {
  if (payment.state !== 'rejected' && payment.state !== 'returned') return '';
  const { reasonCode, reasonText } = payment;
  return reasonText === undefined ? reasonCode : `${reasonCode}: ${reasonText}`;
}

/** The payments that may not go to the bank yet, each with its reason. */
async function heldPayments(
  { bankItems }: Pick<Connection['store'], 'bankItems'>,
  payments: readonly PaymentAttempt[],
): Promise<string[]> {
  const lines: string[] = [];
  for (const payment of payments) {
    const isWaiting = ['planned', 'ready', 'gathered'].includes(payment.state);
    const questions = payment.questions ?? [];
    const hold = isWaiting
      ? holdOf(payment, payments)
      : questions.length > 0
        ? ({ why: 'question', items: questions } as const)
        : undefined;
    if (hold === undefined) continue;
    const found = await Promise.all(
      (hold.why === 'question' ? hold.items : []).map((id) => bankItems.find(id)),
    );
    const items = new Map(found.flatMap((item) => (item === undefined ? [] : [[item.id, item]])));
    lines.push(`${payment.endToEndId} (${payment.state}): ${holdText(hold, items).en}`);
  }
  return lines;
}

/** What has not left, in words. */
const unsent = { claimed: 'not sent', waiting: 'waiting to be sent', refused: 'refused' } as const;

/** All of them are in the result as JSON. */
const shownMessages = 20;

export function actorName(actor: Actor): string {
  if (actor.kind === 'person') return actor.id;
  if (actor.kind === 'member') return `member ${actor.number}`;
  return actor.kind;
}

function factsText({ facts }: AuditEvent): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}

function awaited({ kind, about, assignee, openedAt, expiresAt }: Ask) {
  const from =
    assignee.kind === 'person'
      ? `${assignee.personId} (${assignee.role})`
      : assignee.kind === 'member'
        ? `member ${assignee.number}`
        : assignee.kind;
  return {
    what: `${kindOf(kind).form.title.en} (${kind} ${aboutText(kind, about)})`,
    from,
    since: openedAt,
    until: expiresAt,
  };
}

/** How many members confirmed having received the benefit, of how many; and how many denied it, if any. */
export function receiptsText({ confirmed, denied, of }: ReturnType<typeof countReceipts>): string {
  return `${confirmed}/${of}${denied === 0 ? '' : ` (${denied} denied)`}`;
}

function endOf(proposal: Proposal): string {
  const halt = haltOf(proposal);
  if (halt?.execution !== undefined) return ` (${halt.execution} halted: ${halt.error})`;
  if (proposal.stage === 'closed') return ` (${proposal.result}, ${proposal.peopleTrained} people trained)`;
  if (proposal.stage === 'rejected') {
    const objection = proposal.upheld === undefined ? '' : `, objection ${proposal.upheld.outcome}`;
    return ` (at ${proposal.at}: ${proposal.reason}${objection})`;
  }
  if (halt !== undefined) return ` (halted: ${halt.error})`;
  return '';
}

/** The proposal without encrypted and hashed numbers, which are of no use to a reader. */
function withoutCiphers(proposal: Proposal): unknown {
  return JSON.parse(
    JSON.stringify(proposal, (key: string, value: unknown) =>
      key === 'nikEncrypted' || key === 'nikHash' || key === 'taskToken' ? undefined : value,
    ),
  );
}
