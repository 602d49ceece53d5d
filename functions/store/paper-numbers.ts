/** The numbers that SPP, SPM and SP2D were given: each once in a year for its kind, whatever became of the paper. */
import type { Change } from '#functions/store/commit.ts';
import { PaperNumberTaken } from '#functions/store/errors.ts';
import { keys } from '#functions/store/keys.ts';
import { type Connection, conditions, getItem, write } from '#functions/store/table.ts';

export interface PaperNumber {
  kind: 'spp' | 'spm' | 'sp2d';
  /** The year that the paper is dated in. */
  year: string;
  number: string;
}

/** Numbers that differ in case or blanks only are the same number. */
function comparable(number: string): string {
  return number.toUpperCase().replaceAll(/\s+/g, '');
}

export function createPaperNumbers(connection: Connection) {
  return {
    /** Whether a paper has the number; another may take it a moment later, which `take` finds. */
    isTaken: async ({ kind, year, number }: PaperNumber): Promise<boolean> =>
      (await getItem(connection, keys.paperNumber(kind, year, comparable(number)))) !== undefined,

    /** Takes the number for the paper that an ask brought. `PaperNumberTaken` when another has it. */
    take: ({ kind, year, number }: PaperNumber, askId: string): Change => ({
      write: write.put(
        keys.paperNumber(kind, year, comparable(number)),
        { askId },
        { condition: conditions.absent },
      ),
      onConflict: () => new PaperNumberTaken(kind, year),
    }),
  };
}
