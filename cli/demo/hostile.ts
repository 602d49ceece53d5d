/**
 * The demonstration with a bank that misbehaves: several groups from upload to close, on a fresh cloud in virtual time.
 *
 * The bank sees only its two folders. People answer their mail; an administrator deals with the worklist once a day, by the
 * function behind `jaring bank resolve`, after asking the bank. In the end every oddity is looked up in the record, every
 * tranche's money is counted against the bank's own books, and the ledger is verified.
 */

import { askKinds } from '#domain/asks/ask-kinds.ts';
import { isInSuspense } from '#domain/money/booking.ts';
import { showBudgetLine, trialBalance } from '#domain/money/ledger.ts';
import { bookingsOf, endToEndId } from '#domain/money/payment.ts';
import { formatRupiah, rupiah } from '#domain/money/rupiah.ts';
import type { BankItem } from '#domain/money/worklist-item.ts';
import { holdsRole } from '#domain/people/person.ts';
import type { AuditEvent } from '#domain/proposal/audit.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { tranchesOf } from '#domain/proposal/proposal.ts';
import { HostileBank } from '#players/bank/hostile-bank.ts';
import { groupsUnder } from '#players/groups.ts';
import { type Bank, play } from '#players/play.ts';
import { People } from '#players/player.ts';
import { agreeableReplies, type Replies, type Situation } from '#players/replies.ts';
import type { Connection } from '../cloud/connection.ts';
import { invokeWith } from '../cloud/invoke.ts';
import type { StartedCloud } from '../cloud/start.ts';
import { putPacket } from '../cloud/upload.ts';
import { ItemNotResolved } from '../commands/bank.ts';
import { checkLedger, entriesFor, printBalance } from '../commands/ledger.ts';
import type { Output } from '../output.ts';
import { timelineLine } from '../play/timeline.ts';
import { onFreshCloud } from './fresh-cloud.ts';
import { type Evidence, type Outcome, outcomeOf } from './hostile-oddities.ts';
import { keepOpen } from './keep-open.ts';

/** A Monday morning in Jakarta; the rule-packs of 2022 are in force. */
const startAt = '2022-10-03T01:00:00.000Z';
/** Twenty-four payments, with those that take the place of refused ones just enough for every story of the bank's. */
const programmes = [
  ...Array<string>(2).fill('tkm-2022'),
  ...Array<string>(11).fill('tkm-2020-two-tranches'),
] as const;
const hour = 3_600_000;
export interface HostileDemoSettings {
  /** Where assemblies are cached. */
  assemblies: string;
  output: Output;
  /** The same seed, the same bank. */
  seed: string;
  /** Leaves the cloud open at the end, until the process is asked to stop. */
  keep?: boolean;
}

/** @returns whether all is in balance and every oddity is accounted for */
export async function runHostileDemo({
  assemblies,
  output,
  seed,
  keep = false,
}: HostileDemoSettings): Promise<boolean> {
  return onFreshCloud({ assemblies, startAt, output }, async (stage) => {
    const { cloud, passed } = stage;
    const bank = new HostileBank({ ...cloud.bankAccess, seed });
    const ids = await playGroups(cloud, bank, output, seed);
    const ok = await conclude(cloud.connection, bank, ids, output, passed());
    if (keep) await keepOpen(stage, output);
    return ok;
  });
}

async function playGroups(
  { endpoint, connection }: StartedCloud,
  bank: HostileBank,
  output: Output,
  seed: string,
): Promise<string[]> {
  const { control } = connection;
  output.line(`\nA bank that misbehaves, seed ${seed}: --seed ${seed} has it do the same again.\n`);
  const replies = new Map<string, Replies>();
  for (const { proposalId, prefix, packet, replies: own } of groupsUnder(programmes)) {
    replies.set(proposalId, own);
    await putPacket(connection, prefix, packet);
  }
  const reply = (situation: Situation) => {
    // A run belongs to no proposal.
    const all: Replies = replies.get(situation.subjectId) ?? agreeableReplies;
    return all[situation.kind]?.(situation);
  };
  const people = new People({
    ...{ endpoint, lookAfterwards: false },
    replies: Object.fromEntries(askKinds.map((kind) => [kind, reply])),
  });
  const ids = [...replies.keys()];
  const stages = new Map<string, string>();
  const isOver = ({ stage, halted }: Proposal) =>
    stage === 'closed' || stage === 'rejected' || halted !== undefined;
  await play({
    clock: control,
    people,
    bank: attended(connection, bank, output),
    finished: async () => {
      const all = await Promise.all(ids.map((id) => connection.store.proposals.find(id)));
      return all.every((proposal) => proposal !== undefined && isOver(proposal));
    },
    round: async () => {
      const { now } = await control.clock();
      for (const { id, stage } of await Promise.all(
        ids.map((each) => connection.store.proposals.get(each)),
      )) {
        if (stages.get(id) !== stage) output.line(timelineLine(now, id, `is now in stage: ${stage}`));
        stages.set(id, stage);
      }
    },
  });
  return ids;
}

/** The bank, and the administrator who sees to what it says; both look again two hours later while there is something. */
function attended(connection: Connection, bank: HostileBank, output: Output): Bank {
  const { control, store } = connection;
  let waitsUntil: string | undefined;
  return {
    get waitsUntil() {
      return waitsUntil;
    },
    tick: async () => {
      const { now } = await control.clock();
      const sent = await bank.tick(now);
      for (const { key } of sent) output.line(timelineLine(now, 'the bank', `sends ${key}`));
      await control.idle();
      const open = (await store.bankItems.open()).filter(({ why }) => why !== 'twice');
      for (const item of open)
        if (Date.parse(now) - Date.parse(item.at) >= 24 * hour)
          await dealWith(connection, bank, item, (what) =>
            output.line(timelineLine(now, 'the administrator', what)),
          );
      const soon = new Date(Date.parse(now) + 2 * hour).toISOString();
      const due = [bank.waitsUntil, ...(open.length > 0 ? [soon] : [])].filter((each) => each !== undefined);
      waitsUntil = due.length === 0 ? undefined : [soon, ...due].sort()[0];
      return sent.flatMap(({ deeds }) => deeds);
    },
  };
}

/** Asks the bank on the telephone what it meant, and decides. What the bank owes stays on the list until it comes back. */
async function dealWith(
  connection: Connection,
  bank: HostileBank,
  item: BankItem,
  say: (what: string) => void,
): Promise<void> {
  const word = bank.letters.askOnTelephone({ ...item.entry, isLate: item.why === 'late' });
  if (word === undefined) return;
  const [admin] = (await connection.store.people.all()).filter((person) => holdsRole(person, 'admin', ''));
  const common = { itemId: item.id, by: admin?.id ?? '' };
  const wish = word.mistaken
    ? { do: 'dismiss', ...common, reason: 'Bank menjelaskan lewat telepon: salah lapor.' }
    : {
        ...{ do: 'assign', ...common, endToEndId: word.endToEndId },
        ...{ reason: 'Dipastikan bank lewat telepon.', isWhole: word.lessFee === true },
      };
  await invokeWith(connection, 'payment/resolve-bank-item', wish, (why) => new ItemNotResolved(why));
  say(`${word.mistaken ? 'dismisses' : `assigns to ${word.endToEndId}:`} ${item.id}, having asked the bank`);
}

/** A tranche, what was to be paid for it, and how often its money is out by the bank's own books. */
interface Count {
  id: string;
  tranche: number;
  amount: number;
  status: string;
  /** How often the bank's books have the money out, over all attempts. */
  out: number;
  /** How often too often, as the record has it. */
  owed: number;
}

async function conclude(
  connection: Connection,
  bank: HostileBank,
  ids: readonly string[],
  output: Output,
  seconds: number,
): Promise<boolean> {
  const outcomes = await outcomesOf(connection, bank, ids);
  const counts = (await Promise.all(ids.map((id) => countsOf(connection, bank, id)))).flat();
  const owed = (await connection.store.bankItems.open()).filter(({ why }) => why === 'twice');
  const left = (await connection.store.bankItems.open()).filter(({ why }) => why !== 'twice');
  const { findings, ...ledger } = await checkLedger(connection);
  const rows = trialBalance(await entriesFor(connection, {}), (await connection.control.clock()).now);
  const used = new Set(
    rows
      .filter(({ account, debit }) => account === 'paid' && debit > 0)
      .map(({ line }) => showBudgetLine(line)),
  );
  const moved = rows.filter(({ line }) => used.has(showBudgetLine(line)));
  const exact = counts.every(({ status, out, owed: times }) => status === 'settled' && out - times === 1);
  const sums = [
    rows.reduce((sum, { debit }) => sum + debit, 0),
    rows.reduce((sum, { credit }) => sum + credit, 0),
  ];
  const checks = {
    'debits equal credits': sums[0] === sums[1],
    'the ledger agrees with itself and with the proposals': findings.length === 0,
    'every tranche has its money exactly once, but for what is named as owed': exact,
    'as many surplus payments are on the worklist as are owed':
      owed.length === counts.reduce((sum, { owed: times }) => sum + times, 0),
    'nothing else is on the worklist': left.length === 0,
    'the bank did everything that it can do wrong': bank.letters.left.length === 0,
    'every oddity is accounted for': outcomes.every(({ asItShould }) => asItShould),
  };
  const ok = Object.values(checks).every(Boolean);
  output.data({ ok, seconds, checks, oddities: outcomes, owed, counts, ledger: { ...ledger, findings } });

  output.line('\nWhat the bank did, and what became of it');
  output.table(
    [{ title: '' }, { title: 'the bank' }, { title: 'recorded' }],
    outcomes.map(({ did, recorded, asItShould }) => [asItShould ? '✓' : '✗', did, recorded]),
  );
  output.line('\nMoney to be got back from the bank');
  output.table(
    [{ title: 'item' }, { title: 'payment' }, { title: 'amount', align: 'right' }, { title: 'reference' }],
    owed.map(({ id, entry: { endToEndId: payment = '', amount = 0, bankReference = '–' } }) => [
      ...[id, payment],
      formatRupiah(rupiah(amount)),
      bankReference,
    ]),
  );
  output.line(`\nTrial balance of the lines that paid`);
  printBalance(moved, output);
  for (const { where, what } of findings) output.line(`${where}: ${what}`);
  output.line('');
  for (const [what, holds] of Object.entries(checks)) output.line(`${holds ? '✓' : '✗'} ${what}`);
  for (const { id, tranche, status, out, owed: times } of counts)
    if (status !== 'settled' || out - times !== 1)
      output.line(`  ${id}, tranche ${tranche}: ${status}, out ${out} times, ${times} of them owed`);
  if (bank.letters.left.length > 0) output.line(`  not done: ${bank.letters.left.join(', ')}`);
  output.line(
    `\n${counts.length} tranches, ${bank.sent.length} files, ${outcomes.length} oddities, ${ledger.entries} entries. ${seconds.toFixed(1)} s.`,
  );
  return ok;
}

async function outcomesOf(
  { store, control }: Connection,
  bank: HostileBank,
  ids: readonly string[],
): Promise<Outcome[]> {
  const files = new Map(
    await Promise.all(
      bank.sent.map(
        async ({ number, key, versionId }) => [number, await store.bankFiles.find(key, versionId)] as const,
      ),
    ),
  );
  const mails = await control.mailbox();
  const alarmed = new Set(
    bank.sent.map(({ key }) => key).filter((key) => mails.some(({ subject }) => subject.endsWith(key))),
  );
  const events = new Map<string, AuditEvent[]>();
  for (const id of ids)
    for (const event of await store.audit.list({ proposalId: id })) {
      const payment = paymentOf(id, event);
      if (payment !== undefined) events.set(payment, [...(events.get(payment) ?? []), event]);
    }
  const journal = await store.audit.list({ journal: 'bank' });
  const closed = journal
    .filter(({ action }) => action.startsWith('worklist.'))
    .map(({ facts }) => String(facts.item));
  // What a booking has answered is on the payment's own record.
  const answered = [...events.values()]
    .flat()
    .flatMap(({ action, facts }) => (action === 'payment.answered' ? String(facts.items).split(' ') : []));
  const items = (
    await Promise.all([...new Set([...closed, ...answered])].map((id) => store.bankItems.find(id)))
  ).filter((item) => item !== undefined);
  const evidence: Evidence = { files, alarmed, events, items: [...items, ...(await store.bankItems.open())] };
  return bank.letters.oddities.map((oddity) => outcomeOf(oddity, evidence));
}

/** The payment that an event is about. */
function paymentOf(proposalId: string, { facts }: AuditEvent): string | undefined {
  if (typeof facts.endToEndId === 'string') return facts.endToEndId;
  if (facts.kind !== 'bank-inquiry') return undefined;
  const [tranche, attempt] = String(facts.about).split('-').map(Number);
  return tranche === undefined || attempt === undefined
    ? undefined
    : endToEndId(proposalId, tranche, attempt);
}

async function countsOf({ store }: Connection, bank: HostileBank, id: string): Promise<Count[]> {
  const proposal = await store.proposals.get(id);
  const tranches = tranchesOf(proposal);
  return Promise.all(
    tranches.map(async ({ number, amount, status }) => {
      const attempts = await store.payments.list(id, number);
      const owed = attempts.flatMap((payment) =>
        bookingsOf(payment).filter((booking) => booking.role === 'surplus' && isInSuspense(booking)),
      );
      const out = attempts.reduce((sum, payment) => sum + bank.letters.timesOut(payment.endToEndId), 0);
      return { id, tranche: number, amount, status, out, owed: owed.length };
    }),
  );
}
