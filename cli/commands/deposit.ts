/** `jaring deposit`: money that goes back to kas negara: what is owed and done, and what an official decides about it. */
import { Command } from 'commander';
import * as z from 'zod';
import { billingOf, type Deposit, isOutstanding, slipOf } from '#domain/money/deposit.ts';
import { formatRupiah } from '#domain/money/rupiah.ts';
import type { Connection } from '../cloud/connection.ts';
import { invokeWith } from '../cloud/invoke.ts';
import { CommandError, UnreadableArgument } from '../errors.ts';
import type { Cell } from '../spreadsheet.ts';
import { jakartaDay } from '../time.ts';
import { withCloud } from './context.ts';
import { exportTable } from './export-table.ts';

/** Nothing was recalled, taken up again or cancelled. */
export class DepositRefused extends CommandError {
  override readonly name = 'DepositRefused';
  constructor(reason: string) {
    super(`Nothing was done. ${reason}`);
  }
}

export function depositCommand(program: Command): void {
  const deposit = program
    .command('deposit')
    .description('money that goes back to kas negara: list, export, recall, resume, cancel');
  deposit.addCommand(list(), { isDefault: true });
  for (const add of [exportTo, recall, resume, cancel]) deposit.addCommand(add());
}

const standings = ['open', 'overdue', 'done', 'cancelled'] as const;
type Standing = (typeof standings)[number];

/** A deposit with where it stands: open within its time, overdue, done, or cancelled. */
type Standed = Deposit & { standing: Standing };

async function depositsOf({ store }: Pick<Connection, 'store'>, wanted?: string): Promise<Standed[]> {
  const [all, ledger] = await Promise.all([store.deposits.all(), store.overdue.all()]);
  const overdue = new Set(
    ledger
      .filter(({ about }) => about.deposit !== undefined)
      .map(({ proposalId, about }) => `${proposalId} ${about.deposit}`),
  );
  const standingOf = (deposit: Deposit): Standing => {
    if (deposit.state === 'cancelled') return 'cancelled';
    if (!isOutstanding(deposit)) return 'done';
    return overdue.has(`${deposit.proposalId} ${deposit.number}`) ? 'overdue' : 'open';
  };
  return all
    .map((deposit) => ({ ...deposit, standing: standingOf(deposit) }))
    .filter(({ standing }) => wanted === undefined || standing === wanted);
}

export const depositColumns = [
  { title: 'no.', align: 'right' },
  { title: 'state' },
  { title: 'amount', align: 'right' },
  { title: 'why' },
  { title: 'owed since' },
  { title: 'billing code' },
  { title: 'until' },
  { title: 'NTPN' },
  { title: 'deposited' },
] as const;

/** @returns the cells of `depositColumns` */
export function depositRow(deposit: Deposit): string[] {
  const [billing, slip] = [billingOf(deposit), slipOf(deposit)];
  return [
    String(deposit.number),
    deposit.state,
    formatRupiah(deposit.amount),
    whyOf(deposit),
    jakartaDay(deposit.owedSince),
    billing?.code ?? '–',
    billing?.expiresOn ?? '–',
    slip?.ntpn ?? '–',
    slip?.depositedOn ?? '–',
  ];
}

function whyOf({ why }: Deposit): string {
  return why.origin === 'leftover'
    ? `left over (LPJ ${why.lpj})`
    : `recalled, tranche ${why.tranche}: ${why.decision}`;
}

function byStanding(command: Command): Command {
  return command.option('--state <state>', `only those that are ${standings.join(', ')}`);
}

function readStanding(state: string | undefined): string | undefined {
  if (state !== undefined && !standings.some((each) => each === state))
    throw new UnreadableArgument('--state', state, `one of ${standings.join(', ')}`);
  return state;
}

function list(): Command {
  return byStanding(new Command('list').description('what is owed, overdue, done or cancelled')).action(
    async ({ state }: { state?: string }, command: Command) => {
      const wanted = readStanding(state);
      await withCloud(command, async (connection, output) => {
        const found = await depositsOf(connection, wanted);
        output.data(found);
        if (found.length === 0) output.line('There are no such deposits.');
        else
          output.table(
            [{ title: 'proposal' }, { title: 'stands' }, ...depositColumns],
            found.map((each) => [each.proposalId, each.standing, ...depositRow(each)]),
          );
      });
    },
  );
}

const headings = [
  'proposal',
  'deposit',
  'standing',
  'state',
  'amount',
  'origin',
  'tranche',
  'decision',
  'owed since',
  'billing code',
  'billing until',
  'NTPN',
  'deposited on',
  'confirmed at',
  'confirmed by',
];

function cellsOf(each: Standed): Cell[] {
  const [billing, slip] = [billingOf(each), slipOf(each)];
  return [
    ...[each.proposalId, each.number, each.standing, each.state, each.amount, each.why.origin],
    ...(each.why.origin === 'recalled' ? [each.why.tranche, each.why.decision] : ['', '']),
    each.owedSince,
    ...[billing?.code ?? '', billing?.expiresOn ?? ''],
    ...[slip?.ntpn ?? '', slip?.depositedOn ?? ''],
    ...(each.state === 'deposited'
      ? [each.depositedAt, each.confirmed.by === 'person' ? each.confirmed.personId : each.confirmed.by]
      : ['', '']),
  ];
}

function exportTo(): Command {
  return byStanding(
    exportTable<{ state?: string }>({
      description: 'write them into a file for a spreadsheet',
      sheet: 'Setoran',
      things: 'deposits',
      check: ({ state }) => void readStanding(state),
      rows: async (connection, { state }) => {
        const found = await depositsOf(connection, readStanding(state));
        return { rows: [headings, ...found.map(cellsOf)], count: found.length };
      },
    }),
  );
}

const decided = z.object({ deposit: z.int(), state: z.string() });

/** Has the function do it: it alone has the right. */
function decide(command: Command, wish: object, result: string): Promise<void> {
  return withCloud(command, async (connection, output) => {
    const answer = await invokeWith(
      connection,
      'payment/recall-money',
      wish,
      (why) => new DepositRefused(why),
    );
    output.data(answer);
    output.line(`Deposit ${decided.parse(answer).deposit} ${result}.`);
  });
}

function wholeNumber(what: string, text: string): number {
  const digits = text.replaceAll('.', '');
  if (!/^[1-9]\d{0,14}$/.test(digits))
    throw new UnreadableArgument(what, text, 'a whole number, more than 0');
  return Number(digits);
}

const byPerson = '--by <person>';
const whoDecides = 'who decides: the id of an administrator or auditor in the directory';

function recall(): Command {
  return new Command('recall')
    .description('have a group deposit money of a tranche that it was paid')
    .argument('<proposal>', 'the id of the proposal')
    .requiredOption('--tranche <number>', 'the tranche that it is recalled from')
    .requiredOption('--amount <rupiah>', 'how much, in whole rupiah')
    .requiredOption('--decision <number>', 'the number of the decision; the same again is no second recall')
    .requiredOption('--reason <text>', 'why; the group is notified')
    .requiredOption(byPerson, whoDecides)
    .action(
      async (
        proposalId: string,
        options: { tranche: string; amount: string; decision: string; reason: string; by: string },
        command: Command,
      ) => {
        const { decision, reason, by } = options;
        const tranche = wholeNumber('--tranche', options.tranche);
        const amount = wholeNumber('--amount', options.amount);
        await decide(
          command,
          { do: 'recall', proposalId, tranche, amount, decision, reason, by },
          'is owed; the PPK is asked for its billing code',
        );
      },
    );
}

function resume(): Command {
  return new Command('resume')
    .description('ask again for a deposit that was not made in time')
    .argument('<proposal>', 'the id of the proposal')
    .argument('<deposit>', 'its number')
    .requiredOption(byPerson, whoDecides)
    .action(async (proposalId: string, number: string, { by }: { by: string }, command: Command) => {
      const deposit = wholeNumber('The deposit', number);
      await decide(command, { do: 'resume', proposalId, deposit, by }, 'is asked for again');
    });
}

function cancel(): Command {
  return new Command('cancel')
    .description('a deposit was demanded by mistake: it is owed no longer')
    .argument('<proposal>', 'the id of the proposal')
    .argument('<deposit>', 'its number')
    .requiredOption('--reason <text>', 'why; the group is notified')
    .requiredOption(byPerson, whoDecides)
    .action(
      async (
        proposalId: string,
        number: string,
        { by, reason }: { by: string; reason: string },
        command: Command,
      ) => {
        const deposit = wholeNumber('The deposit', number);
        await decide(command, { do: 'cancel', proposalId, deposit, reason, by }, 'is cancelled');
      },
    );
}
