/**
 * Shows that the property of the money would notice what was once wrong: plants one bug at a time in a copy of the source, draws
 * histories until one breaks, and says how many that took. The same histories must hold without a bug, else it stops.
 *
 *     npm run soak:mutants [-- --histories 20000] [--seed 2020] [--only <name>]
 *
 * It fails where a bug is not noticed, or where its place in the source has changed, so that it could not be planted. Findings of
 * the review of money that no history can show have tests of their own: see `README.md`.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';

interface Bug {
  name: string;
  /** Which finding of the review it brings back; none for one of our own. */
  finding?: number;
  what: string;
  file: string;
  /** Stands in the file exactly once. */
  right: string;
  wrong: string;
}

const bugs: readonly Bug[] = [
  {
    ...{ name: 'copy', finding: 1, file: 'domain/money/payment.ts' },
    what: 'a refusal of a copy is one of the payment',
    right: "return report.status === 'REJECTED' && reasonAbout(report.reasonCode) === 'copy';",
    wrong: "return report.status === 'REJECTED' && report.reasonCode === '';",
  },
  {
    ...{ name: 'channels', finding: 2, file: 'domain/money/booking.ts' },
    what: 'a transfer that another channel tells is another transfer',
    right: 'told.every(({ channel }) => channel !== line.channel) &&',
    wrong: "told.every(({ channel }) => channel === 'none') &&",
  },
  {
    ...{ name: 'held', finding: 3, file: 'domain/money/payment.ts' },
    what: 'what is contradicted holds nothing',
    right:
      "  if (items.length > 0) return { why: 'question', items };\n  const out = earlier.find(mayBeOut);",
    wrong:
      "  if (items.length > 1000) return { why: 'question', items };\n  const out = earlier.find(() => false);",
  },
  {
    ...{ name: 'instructed', finding: 4, file: 'functions/payment/reconciliation/camt.ts' },
    what: 'the instructed amount wins over the booked one',
    right: '    only.booked = amount;',
    wrong: '    only.booked = stated[0]?.instructed ?? amount;',
  },
  {
    ...{ name: 'reversed', finding: 5, file: 'functions/payment/reconciliation/bank-entry.ts' },
    what: 'a return that is taken back is not heard',
    right: ": reversal ? 'REVERSED' : 'SETTLED'",
    wrong: ": reversal ? undefined : 'SETTLED'",
  },
  {
    ...{ name: 'equals', finding: 6, file: 'functions/payment/reconciliation/statements.ts' },
    what: 'equal lines without an id are one item',
    right: 'for (const line of lines) line.ordinal = time;',
    wrong: 'for (const line of lines) if (time < 0) line.ordinal = time;',
  },
  {
    ...{ name: 'deposit', finding: 9, file: 'functions/payment/settle-deposit.ts' },
    what: 'a credit on our own account confirms a deposit',
    right: '  const check = answeredAs(',
    wrong:
      "  if ((await store.deposits.creditOf(deposit.slip.ntpn)) !== undefined)\n    return { by: 'treasury-list', file: 'inbox/letter' };\n  const check = answeredAs(",
  },
  {
    ...{ name: 'sender', finding: 10, file: 'functions/payment/reconciliation/meaning.ts' },
    what: 'an answer to another message is believed',
    right: '  if (messageId === undefined || runId === undefined) return true;',
    wrong: "  if (messageId !== '') return true;",
  },
  {
    ...{ name: 'year', finding: 11, file: 'domain/money/payment.ts' },
    what: 'a run pays from a fiscal year that is over',
    right: 'return fiscalYear !== undefined && day.slice(0, 4) > String(fiscalYear);',
    wrong: 'return fiscalYear !== undefined && day.slice(0, 4) > String(fiscalYear + 1000);',
  },
  {
    ...{ name: 'superseded', file: 'functions/payment/resolve-bank-item.ts' },
    what: 'an attempt goes on although an earlier one turned out to be paid',
    right: 'const superseded = isPaidByIt ? later.map(',
    wrong: 'const superseded = isPaidByIt && later.length < 0 ? later.map(',
  },
  {
    ...{ name: 'part', file: 'domain/money/ledger.ts' },
    what: 'a part that came back for good stays paid',
    right: "'part-for-good': 'available',",
    wrong: "'part-for-good': 'paid',",
  },
  {
    ...{ name: 'unpaid', file: 'functions/payment/leave-unpaid.ts' },
    what: 'a tranche is left unpaid although an attempt may be out',
    right: 'const out = [...earlier, payment].find(mayBeOut);',
    wrong: 'const out = earlier.find(mayBeOut);',
  },
];

const program = new Command('soak:mutants')
  .description('plant bugs one at a time, and show that the property of the money notices each')
  .option('--histories <count>', 'how many histories are drawn for each at most', '20000')
  .option('--seed <number>', 'of the histories', '2020')
  .option('--only <name>', 'this bug alone');
program.parse();
const { histories, seed, only } = program.opts<{ histories: string; seed: string; only?: string }>();

const project = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'planted-bugs-'));
/** Draws histories until one breaks; the first line says how many, the others what broke. */
const draw = `
  import * as fc from 'fast-check';
  const { moneyProperty } = await import('#test/money/property.ts');
  const found = await fc.check(await moneyProperty(), { numRuns: ${Number(histories)}, seed: ${Number(seed)}, endOnFailure: true });
  console.log(JSON.stringify({ failed: found.failed, runs: found.numRuns, why: String(found.errorInstance?.message ?? '').slice(-400) }));`;

/** @throws {Error} where the place is not there once */
function plant({ name, file, right, wrong }: Bug): () => void {
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  if (text.split(right).length !== 2)
    throw new Error(`The bug "${name}" cannot be planted: its place in ${file} has changed. Write it anew.`);
  writeFileSync(
    path,
    text.replace(right, () => wrong),
  );
  return () => writeFileSync(path, text);
}

function drawn(): { failed: boolean; runs: number; why: string } {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', draw], {
    ...{ cwd: folder, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 },
  });
  if (status !== 0) throw new Error(stderr.slice(-2000));
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

let missed = 0;
try {
  for (const part of [
    'domain',
    'functions',
    'programmes',
    'workflows',
    'players',
    'samples',
    'test',
    'local',
  ])
    cpSync(join(project, part), join(folder, part), { recursive: true });
  for (const file of ['package.json', 'tsconfig.json']) cpSync(join(project, file), join(folder, file));
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
  // A bug is noticed only if the same histories hold without it.
  const without = drawn();
  if (without.failed)
    throw new Error(
      `Without any bug, history ${without.runs} breaks a rule: mend that first.\n${without.why}`,
    );
  console.log(`✓ without any bug, ${without.runs} histories hold`);
  for (const bug of bugs) {
    if (only !== undefined && bug.name !== only) continue;
    const restore = plant(bug);
    const began = performance.now();
    const { failed, runs, why } = drawn();
    restore();
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    const of = bug.finding === undefined ? 'our own' : `finding ${bug.finding}`;
    console.log(
      `${failed ? '✓' : '✗'} ${bug.name} (${of}): ${bug.what}: ${failed ? 'noticed after' : 'not noticed in'} ${runs} histories, ${seconds} s`,
    );
    if (!failed) missed += 1;
    else if (only !== undefined) console.log(why);
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = missed === 0 ? 0 : 1;
