/** Files that came from the bank: which were read, which were refused, and what they said that fits no payment. */
import { type BankFile, bankFileSchema } from '#domain/money/received-file.ts';
import type { Change } from '#functions/store/commit.ts';
import { AlreadyExists } from '#functions/store/errors.ts';
import { keys } from '#functions/store/keys.ts';
import { type Connection, conditions, getItem, parseRecord, write } from '#functions/store/table.ts';

export function createBankFiles(connection: Connection) {
  return {
    find: async (objectKey: string, versionId: string): Promise<BankFile | undefined> => {
      const key = keys.bankFile(objectKey, versionId);
      const attributes = await getItem(connection, key);
      return attributes && parseRecord(bankFileSchema, key, attributes);
    },

    /** Records a file, once. `AlreadyExists` when another delivery of the same event did. */
    create: (file: BankFile): Change => ({
      write: write.put(keys.bankFile(file.key, file.versionId), file, { condition: conditions.absent }),
      onConflict: () => new AlreadyExists(`Bank file ${file.key}`),
    }),
  };
}
