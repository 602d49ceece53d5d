/**
 * How much CPU a bank's file of 100,000 entries takes to read: `npm run bench:bank-files [another checkout]`.
 *
 * With another checkout both read the same files in turn, each time in a process of its own, and the medians are compared.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { quantile } from '#bench/quantile.ts';
import { writeLetter } from '#players/bank/bank-answers.ts';

const entries = 100_000;
const rounds = 5;
const debitAccount = '0123456789';
const day = '2020-10-05';

function idOf(number: number) {
  return `P-${String(number).padStart(10, '0')}-01-01`;
}
const advices = Array.from({ length: entries }, (_, number) => ({
  ...{ endToEndId: idOf(number), amount: 400_000, status: 'ACSC' as const, reference: `REF${number}`, day },
}));
const letter = { id: 'L-1', day, debitAccount, original: { messageId: 'M' }, advices };

/** Entries with what the standard asks for and no more, so that earlier readers' bounds on elements hold them too. */
function camt(message: string, report: string): string {
  const booked = advices.map(
    ({ endToEndId, amount, reference }) =>
      `<Ntry><Amt Ccy="IDR">${amount}.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>${day}</Dt></BookgDt><ValDt><Dt>${day}</Dt></ValDt><AcctSvcrRef>${reference}</AcctSvcrRef><BkTxCd/><NtryDtls><TxDtls><Refs><EndToEndId>${endToEndId}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="x"><${message}><GrpHdr/><${report}><Id>S</Id><Acct><Id><Othr><Id>${debitAccount}</Id></Othr></Id></Acct>${booked.join('')}</${report}></${message}></Document>`;
}

const files: Readonly<Record<string, string>> = {
  'pain.002': writeLetter('pain.002', letter),
  'camt.053': camt('BkToCstmrStmt', 'Stmt'),
  'camt.054': camt('BkToCstmrDbtCdtNtfctn', 'Ntfctn'),
  mt940: writeLetter('mt940', letter),
  csv: writeLetter('csv', letter),
};

/** Seconds of CPU that the checkout takes to read the file, in a process of its own. */
function secondsOf(checkout: string, file: string): number {
  const reader = pathToFileURL(join(checkout, 'functions/payment/reconciliation/reading.ts'));
  const code = `
    import { readFileSync } from 'node:fs';
    const { readBankFile } = await import(${JSON.stringify(reader.href)});
    const bytes = readFileSync(${JSON.stringify(file)});
    const before = process.cpuUsage();
    const { report, problems } = readBankFile(bytes, 'bench', { debitAccounts: new Set(['${debitAccount}']), satkers: new Set() });
    const { user, system } = process.cpuUsage(before);
    if (report?.transactions.length !== ${entries}) throw new Error(JSON.stringify(problems.slice(0, 3)));
    console.log((user + system) / 1e6);`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }));
}

const checkouts = ['.', ...process.argv.slice(2, 3)].map((each) => resolve(each));
const folder = mkdtempSync(join(tmpdir(), 'bank-files-'));
try {
  for (const [format, text] of Object.entries(files)) {
    const file = join(folder, format);
    writeFileSync(file, text);
    const seconds = checkouts.map((): number[] => []);
    for (let round = 0; round < rounds; round += 1)
      for (const [index, checkout] of checkouts.entries()) seconds[index]?.push(secondsOf(checkout, file));
    const [ours = 0, theirs] = seconds.map((each) => quantile(each, 0.5));
    const compared =
      theirs === undefined ? '' : `, ${theirs.toFixed(2)} s there: ${(ours / theirs).toFixed(2)} ×`;
    console.log(`${format.padEnd(9)} ${ours.toFixed(2)} s${compared}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
