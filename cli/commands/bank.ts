/**
 * `jaring bank`: the runs that went to the bank or did not, what it said that fits no payment, what a
 * person makes of it, and which of its files were refused.
 */

import { Command, Option } from 'commander';
import * as z from 'zod';
import { questionTexts } from '#domain/money/hold-texts.ts';
import type { PaymentRun, WithdrawalReason } from '#domain/money/payment-run.ts';
import { formatRupiah, rupiah } from '#domain/money/rupiah.ts';
import { readBankEvent } from '#domain/proposal/recorded-events.ts';
import { writtenKept, writtenProblem } from '#domain/text/bilingual.ts';
import { invokeWith } from '../cloud/invoke.ts';
import { CommandError } from '../errors.ts';
import { jakartaTime } from '../time.ts';
import { withCloud } from './context.ts';

/** The item was not dealt with. */
export class ItemNotResolved extends CommandError {
  override readonly name = 'ItemNotResolved';
  constructor(reason: string) {
    super(`The item is not resolved. ${reason}`);
  }
}

export function bankCommand(program: Command): void {
  const bank = program
    .command('bank')
    .description(
      'payment runs, and answers of the bank that need a person: runs, worklist, resolve, sp2d, files, refused',
    );
  for (const add of [runs, worklist, resolve, sp2d, files, refused]) bank.addCommand(add());
}

const withdrawals: Readonly<Record<WithdrawalReason, string>> = {
  held: 'held',
  'not-released': 'not released in time',
  late: 'gathered too late',
};

/** What was decided about a run, in a few words. */
function decisionOf(run: PaymentRun): string {
  if (run.state === 'gathered') return `waits until ${jakartaTime(run.cutOffAt)}`;
  if (run.state === 'released') return `released by ${run.releasedBy}`;
  return `withdrawn: ${withdrawals[run.why]}${run.heldBy === undefined ? '' : ` by ${run.heldBy}`}`;
}

function runs(): Command {
  return new Command('runs')
    .description('list the payment runs with their files, the oldest first')
    .action(async (_: object, command: Command) => {
      await withCloud(command, async ({ store }, output) => {
        const all = await Promise.all(
          (await store.runs.all()).map(async (run) => ({ run, files: await store.runs.files(run.id) })),
        );
        output.data(all.map(({ run, files }) => ({ ...run, taskToken: undefined, files })));
        if (all.length === 0) output.line('There has been no payment run.');
        else
          output.table(
            [
              { title: 'run' },
              { title: 'decision' },
              { title: 'file' },
              { title: 'payments', align: 'right' },
              { title: 'sum', align: 'right' },
              { title: 'sent' },
              { title: 'SHA-256' },
            ],
            all.flatMap(({ run, files }) =>
              files.map(({ rail, count, sum, sentAt, sha256 }) => [
                run.id,
                decisionOf(run),
                rail,
                String(count),
                formatRupiah(sum),
                sentAt === undefined ? '–' : jakartaTime(sentAt),
                sha256,
              ]),
            ),
          );
      });
    });
}

function worklist(): Command {
  return new Command('worklist')
    .description('list what the bank said that fits no payment, the oldest first')
    .action(async (_: object, command: Command) => {
      await withCloud(command, async ({ store }, output) => {
        const items = await store.bankItems.open();
        output.data(items);
        if (items.length === 0) output.line('Nothing of the bank waits for a person.');
        else
          output.table(
            [
              { title: 'item' },
              { title: 'says' },
              { title: 'of' },
              { title: 'amount', align: 'right' },
              { title: 'day' },
              { title: 'why' },
              { title: 'may be' },
              { title: 'file' },
            ],
            items.map(({ id, entry, why, candidates, file }) => [
              id,
              [entry.outcome, entry.reasonCode, entry.reasonText]
                .filter((each) => each !== undefined)
                .join(' '),
              entry.endToEndId ?? entry.bankReference ?? '–',
              entry.amount === undefined ? '–' : formatRupiah(rupiah(entry.amount)),
              entry.valueDate ?? '–',
              questionTexts[why].en,
              candidates.join(' ') || '–',
              file.key,
            ]),
          );
      });
    });
}

/** How many files are listed. */
const listedFiles = 50;

function files(): Command {
  return new Command('files')
    .description(
      'list the files that were read, the newest first, with what in them is not ours or was not understood',
    )
    .action(async (_: object, command: Command) => {
      await withCloud(command, async ({ store }, output) => {
        const events = (await store.audit.list({ journal: 'bank' }))
          .map(readBankEvent)
          .filter((event) => event.action === 'answer.read')
          .toReversed()
          .slice(0, listedFiles);
        const found = (
          await Promise.all(events.map(({ facts }) => store.bankFiles.find(facts.key, facts.versionId)))
        ).filter((file) => file !== undefined);
        output.data(found);
        if (found.length === 0) output.line('No file of the bank has been read.');
        for (const { key, versionId, at, format = '', moved, unknown, contradictions, kept } of found) {
          output.line(
            `${jakartaTime(at)}  ${key} (version ${versionId}, ${format}): ${moved} moved, ${unknown.length} unknown, ${contradictions.length} contradicting`,
          );
          for (const each of kept) output.line(`  - ${writtenKept(each).en}`);
        }
      });
    });
}

function refused(): Command {
  return new Command('refused')
    .description('list the files that were set aside whole, the oldest first, and why')
    .action(async (_: object, command: Command) => {
      await withCloud(command, async ({ store }, output) => {
        const events = (await store.audit.list({ journal: 'bank' }))
          .map(readBankEvent)
          .filter((event) => event.action === 'answer.refused');
        const files = await Promise.all(
          events.map(({ facts }) => store.bankFiles.find(facts.key, facts.versionId)),
        );
        const found = files.filter((file) => file !== undefined);
        output.data(found);
        if (found.length === 0) output.line('No file of the bank was refused.');
        for (const { key, versionId, at, problems } of found) {
          output.line(`${jakartaTime(at)}  ${key} (version ${versionId})`);
          for (const problem of problems) output.line(`  - ${writtenProblem(problem).en}`);
        }
      });
    });
}

interface Options {
  by: string;
  payment?: string;
  dismiss?: boolean;
  reason?: string;
  fee?: boolean;
}

const resolved = z.object({ id: z.string(), closed: z.object({ how: z.string() }) });

function resolve(): Command {
  return new Command('resolve')
    .description('say which payment an item is, or that it was dealt with elsewhere')
    .argument('<item>', 'the id of the item, as the worklist has it')
    .requiredOption('--by <person>', 'who decides: the id of an administrator in the directory')
    .option('--payment <endToEndId>', 'the payment that the bank means')
    .option('--fee', 'of money that came back less than was paid: what it lacks is the bank’s fee')
    .option('--dismiss', 'nothing is to be done here; needs --reason')
    .option('--reason <text>', 'why; kept in the record')
    .action(async (itemId: string, options: Options, command: Command) => {
      const { by, payment, dismiss, reason, fee } = options;
      if ((payment === undefined) === (dismiss !== true))
        throw new ItemNotResolved('Give either --payment or --dismiss.');
      if (dismiss === true && (reason ?? '').trim() === '')
        throw new ItemNotResolved('Say why with --reason.');
      const wish =
        payment === undefined
          ? { do: 'dismiss', itemId, by, reason }
          : { do: 'assign', itemId, by, endToEndId: payment, reason, isWhole: fee };
      await withCloud(command, async (connection, output) => {
        const answer = await invokeWith(
          connection,
          'payment/resolve-bank-item',
          wish,
          (why) => new ItemNotResolved(why),
        );
        const { id, closed } = resolved.parse(answer);
        output.data(answer);
        output.line(`${id} is ${closed.how}.`);
      });
    });
}

/** The SP2D was not recorded. */
export class Sp2dNotRecorded extends CommandError {
  override readonly name = 'Sp2dNotRecorded';
  constructor(reason: string) {
    super(`Nothing is recorded. ${reason}`);
  }
}

interface Sp2dOptions {
  by: string;
  amount: string;
  status: string;
  date: string;
  reason?: string;
}

const recorded = z.object({ endToEndId: z.string(), state: z.string() });

function sp2d(): Command {
  return new Command('sp2d')
    .description('record what became of an SP2D that moves the money itself (rail treasury)')
    .argument('<number>', 'the number of the SP2D')
    .requiredOption('--by <person>', 'who records it: the id of an administrator in the directory')
    .requiredOption('--amount <rupiah>', 'its amount')
    .addOption(
      new Option('--status <status>', 'disbursed, or returned')
        .choices(['cair', 'retur'])
        .makeOptionMandatory(),
    )
    .requiredOption('--date <date>', 'when, yyyy-mm-dd')
    .option('--reason <text>', 'why it came back')
    .action(async (number: string, options: Sp2dOptions, command: Command) => {
      const { by, status, date, reason } = options;
      const wish = { do: 'record-sp2d', number, by, status, date, reason, amount: Number(options.amount) };
      await withCloud(command, async (connection, output) => {
        const answer = await invokeWith(
          connection,
          'payment/resolve-bank-item',
          wish,
          (why) => new Sp2dNotRecorded(why),
        );
        const { endToEndId, state } = recorded.parse(answer);
        output.data(answer);
        output.line(`${endToEndId} is ${state}.`);
      });
    });
}
