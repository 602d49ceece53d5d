/** `jaring ledger`: where the money is, what it has been through, and whether it all agrees. */

import { Command } from 'commander';
import { isInSuspense } from '#domain/money/booking.ts';
import {
  type BudgetLineId,
  type LedgerEntry,
  ledgerAccounts,
  type ProposalMoney,
  showBudgetLine,
  sidesOf,
  suspenseIn,
  trialBalance,
  verifyLedger,
} from '#domain/money/ledger.ts';
import { bookingsOf } from '#domain/money/payment.ts';
import { formatRupiah, rupiah } from '#domain/money/rupiah.ts';
import { depositedAmount } from '#domain/proposal/deposits.ts';
import { awardOf, type Proposal, stages, tranchesOf } from '#domain/proposal/proposal.ts';
import type { Connection } from '../cloud/connection.ts';
import { CommandError } from '../errors.ts';
import type { Output } from '../output.ts';
import type { Cell } from '../spreadsheet.ts';
import { jakartaDay, jakartaTime, readAsOf } from '../time.ts';
import { findProposal, withCloud } from './context.ts';
import { exportTable } from './export-table.ts';
import { proposalsIn } from './list.ts';

/** The ledger and what it is compared with do not agree. */
export class LedgerUnsound extends CommandError {
  override readonly name = 'LedgerUnsound';
  constructor(count: number) {
    super(`The ledger does not agree in ${count} places. Nothing was changed; have them looked into.`);
  }
}

interface Choice {
  programme?: string;
  province?: string;
  asOf?: string;
}

export function ledgerCommand(program: Command): void {
  const ledger = program
    .command('ledger')
    .description('the ledger of grant money: show, entries, export, verify');
  ledger.addCommand(show(), { isDefault: true });
  for (const add of [entries, exportTo, verify]) ledger.addCommand(add());
}

function choosing(command: Command): Command {
  return command
    .option('--programme <id>', 'only lines of this programme')
    .option('--province <code>', 'only lines of this province, two digits')
    .option('--as-of <date>', 'what was true at the end of that day in Jakarta (default: now)');
}

/** The columns of a trial balance. */
const columns = [
  { title: 'line' },
  { title: 'account' },
  { title: 'debit', align: 'right' },
  { title: 'credit', align: 'right' },
  { title: 'balance', align: 'right' },
] as const;

function show(): Command {
  return choosing(new Command('show').description('trial balance by programme, year and province')).action(
    async (choice: Choice, command: Command) => {
      await withCloud(command, async (connection, output) => {
        const asOf =
          choice.asOf === undefined ? (await connection.control.clock()).now : readAsOf(choice.asOf);
        const rows = trialBalance(await entriesFor(connection, choice), asOf);
        const sums = {
          debit: rows.reduce((sum, { debit }) => sum + debit, 0),
          credit: rows.reduce((sum, { credit }) => sum + credit, 0),
        };
        output.data({ asOf, rows, sums });
        output.line(`Trial balance as of ${jakartaDay(asOf)}`);
        printBalance(rows, output);
      });
    },
  );
}

/** The trial balance as a table, with its sums. */
export function printBalance(rows: ReturnType<typeof trialBalance>, output: Output): void {
  const sum = (side: 'debit' | 'credit') => rupiah(rows.reduce((before, row) => before + row[side], 0));
  output.table(columns, [
    ...rows.map(({ line, account, debit, credit }) => [
      showBudgetLine(line),
      account,
      formatRupiah(debit),
      formatRupiah(credit),
      `${formatRupiah(rupiah(Math.abs(debit - credit)))} ${debit >= credit ? 'D' : 'C'}`,
    ]),
    ['all', '', formatRupiah(sum('debit')), formatRupiah(sum('credit')), ''],
  ]);
}

/** What a proposal's money has been through, in time: two reads. @throws `NoSuchProposal` */
export async function ledgerOf(connection: Pick<Connection, 'store'>, id: string): Promise<LedgerEntry[]> {
  const proposal = await findProposal(connection, id);
  return inTime(await connection.store.budgets.entriesOf(proposal.id));
}

function entries(): Command {
  return new Command('entries')
    .description("what a proposal's money has been through")
    .argument('<proposal>', 'the id of the proposal')
    .action(async (id: string, _: object, command: Command) => {
      await withCloud(command, async (connection, output) => {
        const found = await ledgerOf(connection, id);
        output.data(found);
        output.table(
          [
            { title: 'when (Jakarta)' },
            { title: 'entry' },
            { title: 'account' },
            { title: 'debit', align: 'right' },
            { title: 'credit', align: 'right' },
          ],
          found.flatMap((entry) =>
            sidesOf(entry).map(({ account, debit, credit }, index) => [
              index === 0 ? jakartaTime(entry.at) : '',
              index === 0 ? entry.id : '',
              account,
              debit > 0 ? formatRupiah(debit) : '',
              credit > 0 ? formatRupiah(credit) : '',
            ]),
          ),
        );
      });
    });
}

function exportTo(): Command {
  return choosing(
    exportTable<Choice>({
      description: 'write all entries into a file for a spreadsheet',
      sheet: 'Buku besar',
      things: 'entries',
      rows: async (connection, choice) => {
        const asOf = choice.asOf === undefined ? undefined : readAsOf(choice.asOf);
        const all = await entriesFor(connection, choice);
        const kept = inTime(all.filter(({ at }) => asOf === undefined || at <= asOf));
        return { rows: entryRows(kept), count: kept.length };
      },
    }),
  );
}

/** One row for each side of an entry, the headings first. */
function entryRows(found: readonly LedgerEntry[]): Cell[][] {
  return [
    [
      'time',
      'programme',
      'year',
      'province',
      'proposal',
      'tranche',
      'step',
      'entry',
      'endToEndId',
      'ntpn',
      'account',
      'debit',
      'credit',
    ],
    ...found.flatMap((entry) => {
      const { at, line, proposalId = '', tranche = '', step, id, endToEndId = '', ntpn = '' } = entry;
      return sidesOf(entry).map(({ account, debit, credit }): Cell[] => [
        at,
        ...[line.programme, line.year, line.province],
        ...[proposalId, tranche, step, id, endToEndId, ntpn],
        ...[account, debit, credit],
      ]);
    }),
  ];
}

function verify(): Command {
  return new Command('verify')
    .description('compare the ledger with itself, with the budget lines and with all proposals')
    .action(async (_: object, command: Command) => {
      await withCloud(command, async (connection, output) => {
        const { findings, ...counts } = await checkLedger(connection);
        output.data({ ...counts, findings });
        for (const { where, what } of findings) output.line(`${where}: ${what}`);
        if (findings.length > 0) throw new LedgerUnsound(findings.length);
        output.line(
          `Sound: ${counts.entries} entries on ${counts.lines} lines agree with ${counts.proposals} awarded proposals; debits equal credits.`,
        );
      });
    });
}

/** Everything in which the ledger, the budget lines and the proposals differ, and how much was compared. */
export async function checkLedger(connection: Pick<Connection, 'store'>) {
  const lines = await connection.store.budgets.all();
  const all = await entriesFor(connection, {});
  const open = await connection.store.bankItems.open();
  const questioned = await questionedIn(connection, all, new Set(open.map(({ id }) => id)));
  const proposals = (await proposalsIn(connection, stages))
    .flatMap(moneyOf)
    .map((money) => ({ ...money, questioned }));
  return {
    findings: verifyLedger(all, lines, proposals),
    ...{ lines: lines.length, entries: all.length, proposals: proposals.length },
  };
}

/**
 * The payments of whose bookings in suspense each has its own question among those that are open. Another question about the same
 * payment, such as why it is late, does not stand for it.
 */
async function questionedIn(
  { store }: Pick<Connection, 'store'>,
  entries: readonly LedgerEntry[],
  open: ReadonlySet<string>,
): Promise<Set<string>> {
  const questioned = new Set<string>();
  for (const [endToEndId, { amount }] of suspenseIn(entries)) {
    const payment = amount === 0 ? undefined : await store.payments.byEndToEnd(endToEndId);
    const suspended = payment === undefined ? [] : bookingsOf(payment).filter(isInSuspense);
    if (suspended.length > 0 && suspended.every(({ item = '' }) => open.has(item)))
      questioned.add(endToEndId);
  }
  return questioned;
}

/** What a proposal says of its own money; nothing for one that was never awarded any. */
function moneyOf(proposal: Proposal): ProposalMoney[] {
  const award = awardOf(proposal);
  if (award === undefined) return [];
  const settled = tranchesOf(proposal).filter(({ status }) => status === 'settled');
  return [
    {
      id: proposal.id,
      awarded: award.amount,
      settled: new Map(settled.map(({ number, amount }) => [number, amount])),
      deposited: depositedAmount(proposal),
    },
  ];
}

/** All entries on the lines that are chosen. */
export async function entriesFor(
  { store }: Pick<Connection, 'store'>,
  { programme, province }: Choice,
): Promise<LedgerEntry[]> {
  const wanted = (line: BudgetLineId) =>
    (programme === undefined || line.programme === programme) &&
    (province === undefined || line.province === province);
  const lines = (await store.budgets.all()).filter(wanted);
  return (await Promise.all(lines.map((line) => store.budgets.entriesOn(line)))).flat();
}

/** Oldest first; what happened in one moment in the order in which money moves on. */
function inTime(found: readonly LedgerEntry[]): LedgerEntry[] {
  const reach = ({ to }: LedgerEntry) => ledgerAccounts.indexOf(to);
  return found.toSorted((one, other) =>
    one.at === other.at ? reach(one) - reach(other) : one.at < other.at ? -1 : 1,
  );
}
