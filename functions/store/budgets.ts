/**
 * Budget lines by programme, year and province.
 *
 * A line keeps what is still available beside its parts, and money only ever moves from one part to another, each
 * move conditional on the part it leaves holding that much. So committed + reserved + paid ≤ ceiling holds by
 * construction, and many awards on one line need no re-reading of each other.
 */
import * as z from 'zod';
import type { Change } from '#functions/store/commit.ts';
import { AlreadyExists, BudgetExhausted, BudgetOutOfOrder, Stale } from '#functions/store/errors.ts';
import { keys } from '#functions/store/keys.ts';
import { type Connection, conditions, getItem, parseRecord, write } from '#functions/store/table.ts';

const amount = z.int().nonnegative();

const budgetRecordSchema = z.object({
  programme: z.string(),
  year: z.int(),
  /** Two-digit province code. */
  province: z.string(),
  /** Whole rupiah, here and below. */
  ceiling: amount,
  available: amount,
  committed: amount,
  reserved: amount,
  paid: amount,
});

/** A budget line as the table holds it; available + committed + reserved + paid = ceiling. */
export type BudgetRecord = z.output<typeof budgetRecordSchema>;
/** What names a line. */
export type BudgetLineId = Pick<BudgetRecord, 'programme' | 'year' | 'province'>;
/** Where a line's money can be: free, awarded, on its way to the bank, or gone. */
export type BudgetPart = 'available' | 'committed' | 'reserved' | 'paid';

/** A line's id as people read it, for example `tkm-2020/2020/33`. */
export const showBudgetLine = (line: BudgetLineId) => `${line.programme}/${line.year}/${line.province}`;

/** The line changed between reading and setting its ceiling. */
export class StaleBudgetLine extends Stale {
  override readonly name = 'StaleBudgetLine';
  constructor(line: BudgetLineId) {
    super(`Budget line ${showBudgetLine(line)} was changed since it was read; read it again.`);
  }
}

export const createBudgets = (connection: Connection) => ({
  get: async (line: BudgetLineId): Promise<BudgetRecord | undefined> => {
    const key = keys.budget(line);
    const attributes = await getItem(connection, key);
    return attributes && parseRecord(budgetRecordSchema, key, attributes);
  },

  /** A new line with all of its ceiling available. */
  create: (line: BudgetLineId, ceiling: number): Change => ({
    write: write.put(
      keys.budget(line),
      { ...line, ceiling, available: ceiling, committed: 0, reserved: 0, paid: 0 } satisfies BudgetRecord,
      { condition: conditions.absent },
    ),
    onConflict: () => new AlreadyExists(`Budget line ${showBudgetLine(line)}`),
  }),

  /** Raises or lowers the ceiling by what is still available. `BudgetExhausted` when more than that is in use. */
  setCeiling: (line: BudgetRecord, ceiling: number): Change => ({
    write: write.update(
      keys.budget(line),
      {
        text: 'SET ceiling = :ceiling, available = available + :difference',
        values: { ':ceiling': ceiling, ':difference': ceiling - line.ceiling },
      },
      {
        text: 'ceiling = :seen AND available >= :needed',
        values: { ':seen': line.ceiling, ':needed': Math.max(0, line.ceiling - ceiling) },
      },
    ),
    onConflict: (met) =>
      met !== undefined && met.ceiling === line.ceiling
        ? new BudgetExhausted(showBudgetLine(line))
        : new StaleBudgetLine(line),
  }),

  /**
   * Frees committed and reserved money at once, because a transaction takes each line only once.
   * `BudgetOutOfOrder` when a part has not as much.
   *
   * @param held whole rupiah
   */
  release: (line: BudgetLineId, held: { committed: number; reserved: number }): Change => ({
    write: write.update(
      keys.budget(line),
      {
        text: 'SET committed = committed - :committed, reserved = reserved - :reserved, available = available + :sum',
        values: {
          ':committed': held.committed,
          ':reserved': held.reserved,
          ':sum': held.committed + held.reserved,
        },
      },
      { text: 'committed >= :committed AND reserved >= :reserved' },
    ),
    onConflict: (met) =>
      new BudgetOutOfOrder(
        showBudgetLine(line),
        Number(met?.committed) >= held.committed ? 'reserved' : 'committed',
      ),
  }),

  /**
   * Moves money between two parts of a line: an award commits (available → committed), a tranche reserves
   * (committed → reserved), a settlement pays (reserved → paid), a refusal goes back.
   * `BudgetExhausted` when `available` has not enough; `BudgetOutOfOrder` when another part has not.
   *
   * @param rupiah whole rupiah, positive
   */
  move: (line: BudgetLineId, from: BudgetPart, to: BudgetPart, rupiah: number): Change => ({
    write: write.update(
      keys.budget(line),
      {
        text: 'SET #from = #from - :rupiah, #to = #to + :rupiah',
        names: { '#from': from, '#to': to },
        values: { ':rupiah': rupiah },
      },
      { text: '#from >= :rupiah' },
    ),
    onConflict: () =>
      from === 'available'
        ? new BudgetExhausted(showBudgetLine(line))
        : new BudgetOutOfOrder(showBudgetLine(line), from),
  }),
});
