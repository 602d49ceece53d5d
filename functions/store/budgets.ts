/**
 * Budget lines by programme, year and province, and the ledger of what became of their money.
 *
 * A line keeps what is still available besides its parts. Money only ever moves by an entry of the ledger, which is put in
 * the same transaction as the line's change, once; each takes from a part on the condition that it holds that much. So
 * committed + reserved + paid + deposited ≤ ceiling holds by construction, the line is always what its entries make it, and many
 * awards on one line need no re-reading of each other.
 */
import * as z from 'zod';
import {
  type BudgetLineId,
  ceilingEntry,
  changesOf,
  type LedgerEntry,
  ledgerEntrySchema,
  showBudgetLine,
} from '#domain/money/ledger.ts';
import { type Rupiah, rupiahSchema, zeroRupiah } from '#domain/money/rupiah.ts';
import type { Change } from '#functions/store/commit.ts';
import {
  AlreadyExists,
  BudgetExhausted,
  BudgetOutOfOrder,
  StaleBudgetLine,
} from '#functions/store/errors.ts';
import { keys, statusKeys } from '#functions/store/keys.ts';
import {
  type Connection,
  conditions,
  getItem,
  getItems,
  parseRecord,
  queryItems,
  queryStatus,
  write,
} from '#functions/store/table.ts';

const budgetRecordSchema = z.object({
  programme: z.string(),
  year: z.int(),
  /** Two-digit province code. */
  province: z.string(),
  /** How often the ceiling has been set. */
  ceilings: z.int(),
  ceiling: rupiahSchema,
  available: rupiahSchema,
  committed: rupiahSchema,
  reserved: rupiahSchema,
  paid: rupiahSchema,
  deposited: rupiahSchema,
  charges: rupiahSchema.default(zeroRupiah),
  suspense: rupiahSchema.default(zeroRupiah),
  /** What left the paying account beyond what the line was to pay. */
  bank: rupiahSchema.default(zeroRupiah),
});

/** A budget line as the table holds it; its parts add up to the ceiling and what the bank let leave beyond it. */
export type BudgetRecord = z.output<typeof budgetRecordSchema>;

function idOf({ programme, year, province }: BudgetRecord): BudgetLineId {
  return { programme, year, province };
}

export function createBudgets(connection: Connection) {
  /** The entry, once. */
  const record = (entry: LedgerEntry): Change => ({
    write: write.put(keys.ledgerEntry(entry), ledgerEntrySchema.parse(entry), {
      condition: conditions.absent,
      status: statusKeys.ledgerEntry(entry),
    }),
    onConflict: () =>
      new AlreadyExists(`Ledger entry ${entry.id} of ${entry.proposalId ?? showBudgetLine(entry.line)}`),
  });

  return {
    get: async (line: BudgetLineId): Promise<BudgetRecord | undefined> => {
      const key = keys.budget(line);
      const attributes = await getItem(connection, key);
      return attributes && parseRecord(budgetRecordSchema, key, attributes);
    },

    /** Those of these lines that there are, by what `showBudgetLine` calls them. */
    among: async (lines: readonly BudgetLineId[]): Promise<Map<string, BudgetRecord>> => {
      const found = await getItems(
        connection,
        lines.map((line) => keys.budget(line)),
      );
      return new Map(
        found
          .map(({ key, attributes }) => parseRecord(budgetRecordSchema, key, attributes))
          .map((line) => [showBudgetLine(line), line]),
      );
    },

    /** All lines. */
    all: async (): Promise<BudgetRecord[]> => {
      const found = await getItems(connection, await queryStatus(connection, statusKeys.budget('').gsi1pk));
      return found.map(({ key, attributes }) => parseRecord(budgetRecordSchema, key, attributes));
    },

    /** What a proposal's money has been through. */
    entriesOf: async (proposalId: string): Promise<LedgerEntry[]> => {
      const found = await queryItems(connection, keys.proposal(proposalId).pk, 'LEDGER#');
      return found.map(({ key, attributes }) => parseRecord(ledgerEntrySchema, key, attributes));
    },

    /** Everything that a line's money has been through, oldest first. */
    entriesOn: async (line: BudgetLineId): Promise<LedgerEntry[]> => {
      const found = await getItems(connection, await queryStatus(connection, statusKeys.ledgerOf(line)));
      return found.map(({ key, attributes }) => parseRecord(ledgerEntrySchema, key, attributes));
    },

    /** A new line with all of its ceiling available. @param at business time, ISO 8601 */
    create: (line: BudgetLineId, ceiling: Rupiah, at: string): Change[] => [
      {
        write: write.put(
          keys.budget(line),
          {
            ...line,
            ceilings: 1,
            ceiling,
            available: ceiling,
            committed: zeroRupiah,
            reserved: zeroRupiah,
            paid: zeroRupiah,
            deposited: zeroRupiah,
            charges: zeroRupiah,
            suspense: zeroRupiah,
            bank: zeroRupiah,
          } satisfies BudgetRecord,
          { condition: conditions.absent, status: statusKeys.budget(showBudgetLine(line)) },
        ),
        onConflict: () => new AlreadyExists(`Budget line ${showBudgetLine(line)}`),
      },
      ...(ceiling === 0 ? [] : [record(ceilingEntry(line, { from: zeroRupiah, to: ceiling, count: 1, at }))]),
    ],

    /**
     * Raises or lowers the ceiling by what is still available. `BudgetExhausted` when more than that is in use.
     * @param line as it was read; @param at business time, ISO 8601
     */
    setCeiling: (line: BudgetRecord, ceiling: Rupiah, at: string): Change[] => {
      const count = line.ceilings + 1;
      return [
        {
          write: write.update(
            keys.budget(line),
            {
              text: 'SET ceiling = :ceiling, available = available + :difference, ceilings = :count',
              values: { ':ceiling': ceiling, ':difference': ceiling - line.ceiling, ':count': count },
            },
            {
              text: 'ceilings = :seen AND available >= :needed',
              values: { ':seen': line.ceilings, ':needed': Math.max(0, line.ceiling - ceiling) },
            },
          ),
          onConflict: (met) =>
            met !== undefined && met.ceilings === line.ceilings
              ? new BudgetExhausted(showBudgetLine(line))
              : new StaleBudgetLine(showBudgetLine(line)),
        },
        record(ceilingEntry(idOf(line), { from: line.ceiling, to: ceiling, count, at })),
      ];
    },

    /**
     * Enters what happens to a proposal's money, and moves it on its line: an award commits, an SPM reserves, a settlement
     * pays, a refusal gives back. `BudgetExhausted` when not enough is available; `BudgetOutOfOrder` when another part has
     * less than is taken from it; `AlreadyExists` when an entry is there.
     * @param entries all of one line
     */
    book: (...entries: LedgerEntry[]): Change[] => {
      const [first] = entries;
      if (first === undefined) return [];
      const moved = [...changesBy(entries)];
      const taken = moved.filter(([, change]) => change < 0);
      const line = showBudgetLine(first.line);
      return [
        {
          write: write.update(
            keys.budget(first.line),
            {
              // A line that was written before there was a part has nothing in it.
              text: `ADD ${moved.map(([part]) => `#${part} :${part}`).join(', ')}`,
              names: Object.fromEntries(moved.map(([part]) => [`#${part}`, part])),
              values: Object.fromEntries(moved.map(([part, change]) => [`:${part}`, change])),
            },
            {
              text: ['attribute_exists(pk)', ...taken.map(([part]) => `#${part} >= :from_${part}`)].join(
                ' AND ',
              ),
              values: Object.fromEntries(taken.map(([part, change]) => [`:from_${part}`, -change])),
            },
          ),
          onConflict: (met) => {
            const [short = first.from] =
              taken.find(([part, change]) => Number(met?.[part] ?? 0) < -change) ?? [];
            return short === 'available' ? new BudgetExhausted(line) : new BudgetOutOfOrder(line, short);
          },
        },
        ...entries.map(record),
      ];
    },
  };
}

/** By how much entries change each account of their line: whole rupiah, negative where they take away. */
function changesBy(entries: readonly LedgerEntry[]): Map<string, number> {
  const changes = new Map<string, number>();
  for (const [part, by] of entries.flatMap(changesOf)) changes.set(part, (changes.get(part) ?? 0) + by);
  // What goes through a part and does not stay there.
  for (const [part, by] of changes) if (by === 0) changes.delete(part);
  return changes;
}
