/**
 * Files in the shapes that banks and their programmes send, each with what is right next to it: see `README.md`. The names, accounts and
 * sums in them are ours.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import writeExcelFile, { type SheetData } from 'write-excel-file/node';
import * as z from 'zod';
import type { BankReason, InstructionStatus, StatementEntry } from '#domain/money/bank-entry.ts';
import { bankItemIdOf } from '#functions/payment/reconciliation/bank-entry.ts';
import { readBankFile } from '#functions/payment/reconciliation/reading.ts';
import { bankLists } from '#programmes/bank-lists.ts';

const account = '0123456789';
const known = {
  ...{ debitAccounts: new Set([account]), satkers: new Set<string>(), lists: bankLists },
  keepEntries: true,
};
const folder = import.meta.dirname;

const expectedSchema = z.strictObject({
  what: z.string(),
  refused: z.array(z.string()).optional(),
  kept: z.array(z.string()).optional(),
  balances: z.tuple([z.string(), z.string()]).optional(),
  entries: z.array(z.string()).optional(),
  statuses: z.array(z.string()).optional(),
});

/** `40000000` or `12.65`. */
function plain(amount: number) {
  const digits = String(Math.abs(amount)).padStart(3, '0');
  const text = `${digits.slice(0, -2)}.${digits.slice(-2)}`.replace(/\.00$/, '');
  return amount < 0 ? `-${text}` : text;
}
function reasonsOf(reasons: readonly BankReason[]) {
  return reasons.map(({ code, proprietary }) => ` ${code ?? proprietary}`).join('');
}

function entryLine(entry: StatementEntry): string {
  const {
    status,
    side,
    amount,
    bookingDay,
    valueDay,
    details,
    references,
    charges,
    reversal,
    ordinal,
    doubts,
  } = entry;
  const batch = details.length > 1;
  const fees = charges + details.reduce((sum, detail) => sum + detail.charges, 0);
  const returned = details.find((detail) => detail.returned !== undefined)?.returned;
  return [
    ...(status === 'pending' ? ['pending'] : []),
    `${side} ${plain(amount)}`,
    ...(bookingDay === undefined ? [] : [`booking ${bookingDay}`]),
    ...(valueDay === undefined ? [] : [`value ${valueDay}`]),
    ...details.flatMap(({ endToEndIds, booked }) => [
      ...endToEndIds.map((id) => `id ${id}`),
      ...(batch && booked !== undefined ? [`booked ${plain(booked)}`] : []),
    ]),
    ...[...references, ...details.flatMap((detail) => detail.references)]
      .filter(({ kind }) => kind !== 'end-to-end')
      .map(({ kind, value }) => `${kind} ${value}`),
    ...(fees === 0 ? [] : [`charges ${plain(fees)}`]),
    ...(reversal ? ['reversal'] : []),
    ...(returned === undefined ? [] : [`returned${reasonsOf(returned.reasons)}`]),
    ...(details.length === 0 && entry.transfers !== undefined ? [`transfers ${entry.transfers}`] : []),
    ...(ordinal === 1 ? [] : [`ordinal ${ordinal}`]),
    ...doubts.map(({ code }) => `doubt ${code}`),
  ].join(' ');
}

function statusLine({ level, code, means, original, reasons }: InstructionStatus): string {
  return [
    ...[level, code, means],
    ...original.endToEndIds.map((id) => `id ${id}`),
    ...reasons.map(
      (reason) =>
        `reason ${reason.code ?? reason.proprietary} about ${reason.about}${reason.text === undefined ? '' : `: ${reason.text}`}`,
    ),
  ].join(' ');
}

/** What the file gives, in the words of the expectations. */
function read(bytes: Uint8Array) {
  const { report, problems } = readBankFile(bytes, 'inbox/x', known);
  if (report === undefined) return { refused: [...new Set(problems.map(({ code }) => code))] };
  const { statements, statuses = [], kept } = report;
  const [statement] = statements;
  const { opening, closing } = statement ?? {};
  return {
    ...(kept.length > 0 && { kept: [...new Set(kept.map(({ what }) => what.code))] }),
    ...(opening !== undefined &&
      closing !== undefined && { balances: [plain(opening.sen), plain(closing.sen)] }),
    ...(statements.length > 0 && {
      entries: statements.flatMap(({ entries = [] }) => entries.map(entryLine)),
    }),
    ...(statuses.length > 0 && { statuses: statuses.map(statusLine) }),
  };
}

const files = readdirSync(folder).filter((name) => /\.(?:txt|xml|csv|tsv)$/.test(name));

describe('a file as banks send it is read to the sen:', () => {
  it('there are shapes of at least 25 banks and programmes', () => {
    expect(files.length).toBeGreaterThanOrEqual(25);
  });

  it.each(files)('%s', (name) => {
    const text = readFileSync(join(folder, `${name}.json`), 'utf8');
    const { what: _, ...expected } = expectedSchema.parse(JSON.parse(text));
    expect(read(readFileSync(join(folder, name)))).toEqual(expected);
  });

  it.each(files)('%s gives the same when it comes again, and every entry is of our account', (name) => {
    const bytes = readFileSync(join(folder, name));
    const [once, again] = [bytes, bytes].map((each) => readBankFile(each, 'inbox/x', known));
    expect(again).toEqual(once);
    for (const { entries = [] } of once?.report?.statements ?? [])
      for (const entry of entries) {
        expect(entry.account).toBe(account);
        expect(Number.isSafeInteger(entry.amount)).toBe(true);
        expect(entry.bookingDay ?? entry.valueDay).toMatch(/^\d{4}-\d\d-\d\d$/);
      }
  });
});

describe('lines that are alike', () => {
  const line = ':61:2010051005D1000000,NMSCNONREF\r\n:86:PEMINDAHBUKUAN\r\n';
  const other = ':61:2010041004C7,NMSCNONREF//R1\r\n:86:SETORAN\r\n';
  const statement = (id: string, opening: number, before: string, times: number) => {
    const closing = opening - times * 1_000_000 + (before === '' ? 0 : 7);
    return `:20:${id}\r\n:25:${account}\r\n:28C:${id}/1\r\n:60F:C201004IDR${opening},\r\n${before}${line.repeat(times)}:62F:C201005IDR${closing},\r\n-\r\n`;
  };
  const items = (text: string) =>
    (readBankFile(Buffer.from(text), 'inbox/x', known).report?.transactions ?? [])
      .filter(({ outcome }) => outcome === 'SETTLED')
      .map(bankItemIdOf);

  it('are as many items as there are lines, and the same ones in another statement of the same day', () => {
    const once = items(statement('1', 100_000_000, '', 48));
    expect(new Set(once).size).toBe(48);
    expect(items(statement('1', 100_000_000, '', 48))).toEqual(once);
    expect(items(statement('2', 99_999_993, other, 48))).toEqual(once);
    expect(items(statement('3', 100_000_000, '', 50)).slice(0, 48)).toEqual(once);
  });

  it('of different words are different items, whichever of them a statement begins with', () => {
    const words = (...texts: string[]) =>
      texts.map((text) => `:61:2010051005D5,NMSCNONREF\r\n:86:${text}\r\n`).join('');
    const of = (body: string, sum: number) =>
      items(
        `:20:X\r\n:25:${account}\r\n:28C:1/1\r\n:60F:C201004IDR100,\r\n${body}:62F:C201005IDR${100 - sum},\r\n-\r\n`,
      );
    const both = of(words('LISTRIK', 'AIR'), 10);
    expect(new Set(both).size).toBe(2);
    expect(of(words('AIR', 'LISTRIK'), 10)).toEqual([...both].reverse());
    expect(of(words('AIR'), 5)).toEqual([both[1]]);
  });
});

describe('a workbook of a bank’s', () => {
  const head = [
    'Post Date',
    'Value Date',
    'Branch',
    'Journal No.',
    'Transaction Description',
    'Amount',
    'Db/Cr',
    'Balance',
  ];
  const cellOf = (value: string | number | Date) => {
    if (value instanceof Date) return { value, type: Date, format: 'dd/mm/yyyy' };
    return typeof value === 'number' ? { value, type: Number } : { value, type: String };
  };
  const sheet = (number: string | number, rows: (string | number | Date)[][]) => {
    const data: SheetData = [['Account Number', number], head, ...rows].map((cells) => cells.map(cellOf));
    return writeExcelFile(data).toBuffer();
  };
  const row = [
    new Date('2020-10-05T00:00:00Z'),
    '05/10/2020',
    '0988',
    '1001',
    'TRANSFER P-0000000050-01-01',
    40_000_000.35,
    'D',
    1,
  ];

  it('is read by its titles, with days and sums as Excel keeps them', async () => {
    expect(read(await sheet(account, [row]))).toEqual({
      entries: ['debit 40000000.35 booking 2020-10-05 value 2020-10-05 id P-0000000050-01-01 servicer 1001'],
    });
  });

  it('whose account lost its zeros is told so', async () => {
    expect(read(await sheet(123456789, [row]))).toEqual({ refused: ['bank-file-account-zeros'] });
  });

  it('with titles that are not known, or that is none, is refused', async () => {
    const other = await writeExcelFile([[{ value: 'Hello', type: String }]]).toBuffer();
    expect(read(other)).toEqual({ refused: ['bank-file-header'] });
    expect(read(Buffer.from('PK\u0003\u0004nonsense'))).toEqual({ refused: ['bank-file-workbook'] });
  });
});
