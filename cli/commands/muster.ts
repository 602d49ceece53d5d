/** `jaring muster`: the muster roll of paid works: its form, what became of it, the wages, and the papers. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { Command } from 'commander';
import { formatRupiah } from '#domain/money/rupiah.ts';
import { type AwardedProposal, isAwarded, type Proposal } from '#domain/proposal/proposal.ts';
import type { MusterRoll, RollWorker } from '#domain/public-works/muster-roll.ts';
import { wagePaperNames } from '#domain/public-works/wage-papers.ts';
import type { AcceptedWages } from '#domain/public-works/wages.ts';
import { writtenProblem } from '#domain/text/bilingual.ts';
import { emptyRoll, firstWorkDay, rollWorkbook } from '#functions/public-works/form.ts';
import { calendarInForce } from '#functions/runtime/calendar-in-force.ts';
import type { Connection } from '../cloud/connection.ts';
import { CommandError } from '../errors.ts';
import { type Cell, xlsxOf } from '../spreadsheet.ts';
import { findProposal, withCloud } from './context.ts';
import { PaperAltered } from './papers.ts';

/** The proposal has no award with works that are paid by the day. */
export class NoWages extends CommandError {
  override readonly name = 'NoWages';
  constructor(id: string) {
    super(`${id} has no award for works that are paid by the day, so there is no muster roll.`);
  }
}

/** Nothing was accepted yet. */
export class NoRollYet extends CommandError {
  override readonly name = 'NoRollYet';
  constructor(id: string) {
    super(`No muster roll of ${id} was accepted yet; "jaring muster show ${id}" says how it stands.`);
  }
}

/** What was given as a date is none. */
export class NotADate extends CommandError {
  override readonly name = 'NotADate';
  constructor(text: string) {
    super(`"${text}" is no date; write it as 2020-11-02.`);
  }
}

export function musterCommand(program: Command): void {
  const muster = program
    .command('muster')
    .description('the muster roll of paid works: form, state, wages, papers');

  muster
    .command('template')
    .description(
      'write the form of the muster roll with the members and the planned days, for the group to fill in',
    )
    .argument('<proposal>', 'its id, as "jaring list" shows it')
    .argument('<file>', 'the .xlsx file to write')
    .option('--from <date>', 'the first day of work; by default the day after the first payment')
    .action(async (id: string, file: string, { from }: { from?: string }, command: Command) => {
      await withCloud(command, async (connection, output) => {
        const proposal = withWorks(await findProposal(connection, id));
        const first = from === undefined ? firstWorkDay(proposal) : dateOf(from);
        const { now } = await connection.control.clock();
        const calendar = await calendarInForce(connection.store, now);
        const { days, rows } = emptyRoll(proposal, first, calendar);
        await writeFile(file, await rollWorkbook({ days, rows }));
        output.data({ file, days, members: rows.length });
        output.line(
          `${file}: ${rows.length} members, ${days.length} days from ${days[0]}. Mark who was there with 1; change the dates where needed.`,
        );
      });
    });

  muster
    .command('show')
    .description('how the muster roll stands: what was wrong with it, or who earned what')
    .argument('<proposal>', 'its id')
    .action(async (id: string, _: object, command: Command) => {
      await withCloud(command, async (connection, output) => {
        const proposal = withWorks(await findProposal(connection, id));
        const { wages } = proposal;
        if (wages?.accepted === undefined) {
          output.data({
            returns: wages?.returns ?? 0,
            problems: (wages?.problems ?? []).map((each) => writtenProblem(each).en),
          });
          output.line(
            wages === undefined
              ? 'No muster roll was handed in yet.'
              : `Sent back ${wages.returns} times; what was wrong with the last one:`,
          );
          for (const each of wages?.problems ?? []) output.line(`  - ${writtenProblem(each).en}`);
          return;
        }
        const roll = await connection.store.musterRolls.get(proposal.id, wages.accepted.turn);
        output.data({ ...wages.accepted, returns: wages.returns, workers: roll.workers.map(withoutSecrets) });
        output.table(
          [
            { title: 'no.', align: 'right' },
            { title: 'name' },
            { title: 'NIK' },
            { title: 'role' },
            { title: 'days', align: 'right' },
            { title: 'a day', align: 'right' },
            { title: 'wage', align: 'right' },
          ],
          roll.workers.map((worker) => [
            placeText(worker),
            worker.name,
            worker.nikMasked,
            worker.role,
            String(worker.days.length),
            formatRupiah(worker.dayRate),
            formatRupiah(worker.wage),
          ]),
        );
        output.line(
          `Wages ${formatRupiah(roll.wages)} of ${formatRupiah(roll.limit)}; ${formatRupiah(roll.unspentWages)} left.`,
        );
      });
    });

  muster
    .command('export')
    .description('write the wage bill and the list of receipts: as drafted (PDF), and as tables (XLSX)')
    .argument('<proposal>', 'its id')
    .argument('<folder>', 'where to write them')
    .action(async (id: string, folder: string, _: object, command: Command) => {
      await withCloud(command, async (connection, output) => {
        const proposal = withWorks(await findProposal(connection, id));
        const accepted = proposal.wages?.accepted;
        if (accepted === undefined) throw new NoRollYet(proposal.id);
        const roll = await connection.store.musterRolls.get(proposal.id, accepted.turn);
        await mkdir(folder, { recursive: true });
        const files = [
          ...(await saveTables(roll, folder)),
          ...(await savePapers(connection, accepted, folder)),
        ];
        output.data({ files });
        output.line(`${files.length} files written to ${folder}`);
      });
    });
}

/** @throws {NoWages} */
function withWorks(proposal: Proposal): AwardedProposal {
  if (!isAwarded(proposal) || proposal.content.plan.works === undefined) throw new NoWages(proposal.id);
  return proposal;
}

/** @throws {NotADate} */
function dateOf(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text))) throw new NotADate(text);
  return text;
}

function placeText({ memberNumber: place, substitute }: RollWorker): string {
  return substitute === undefined ? String(place) : `${place}P`;
}

/** What a list may show of a worker. */
function withoutSecrets({ nikHash: _, substitute, ...worker }: RollWorker) {
  return { ...worker, ...(substitute !== undefined && { substitute: { decision: substitute.decision } }) };
}

/** The headings are those of the papers. */
async function saveTables({ workers, wages }: MusterRoll, folder: string): Promise<string[]> {
  const personDays = workers.reduce((sum, { days }) => sum + days.length, 0);
  const bill: Cell[][] = [
    ['No.', 'Nama', 'Peran', 'Hari', 'Upah per hari', 'Jumlah upah', 'Keputusan desa', 'Tanggal hadir'],
    ...workers.map((worker): Cell[] => [
      ...[placeText(worker), worker.name, worker.role],
      ...[worker.days.length, worker.dayRate, worker.wage],
      worker.substitute?.decision.number ?? '',
      worker.days.join(' '),
    ]),
    ['', 'Jumlah', '', personDays, '', wages, '', ''],
  ];
  const receipts: Cell[][] = [
    ['No.', 'Nama', 'NIK (disamarkan)', 'Diterima', 'Tanggal', 'Tanda tangan'],
    ...workers.map((worker): Cell[] => [
      ...[placeText(worker), worker.name, worker.nikMasked, worker.wage],
      ...['', ''],
    ]),
    ['', 'Jumlah', '', wages, '', ''],
  ];
  const tables = { 'wage-bill': bill, 'wage-receipts': receipts };
  const files: string[] = [];
  for (const kind of ['wage-bill', 'wage-receipts'] as const) {
    const file = join(folder, `${kind}.xlsx`);
    await writeFile(file, await xlsxOf(tables[kind], wagePaperNames[kind].id));
    files.push(file);
  }
  return files;
}

/** @throws {PaperAltered} naming all, after the others were written */
async function savePapers(
  { s3, outputs }: Connection,
  { papers = [] }: AcceptedWages,
  folder: string,
): Promise<string[]> {
  const altered: string[] = [];
  const files: string[] = [];
  for (const { key, sha256 } of papers) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: outputs.UploadsBucketName, Key: key }));
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) altered.push(key);
    else {
      const file = join(folder, basename(key));
      await writeFile(file, bytes);
      files.push(file);
    }
  }
  if (altered.length > 0) throw new PaperAltered(altered);
  return files;
}
