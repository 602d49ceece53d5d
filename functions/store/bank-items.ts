/** What the bank said that fits no payment, or contradicts one: each once, until it fits or a person has dealt with it. */
import { sp2dReference } from '#domain/money/payment.ts';
import { type BankItem, bankItemSchema, type ClosedBankItem } from '#domain/money/worklist-item.ts';
import type { Change } from '#functions/store/commit.ts';
import { AlreadyExists, StaleBankItem } from '#functions/store/errors.ts';
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

function statusOf(item: BankItem) {
  return item.closed === undefined ? statusKeys.openBankItem(item.at, item.id) : undefined;
}

/** The reference that a line without an EndToEndId is found by. */
export function waitingReference({
  bankReference,
  sp2d,
}: Pick<BankItem['entry'], 'bankReference' | 'sp2d'>): string | undefined {
  return bankReference !== undefined && sp2d ? sp2dReference(bankReference) : bankReference;
}

export function createBankItems(connection: Connection) {
  const find = async (id: string): Promise<BankItem | undefined> => {
    const key = keys.bankItem(id);
    const attributes = await getItem(connection, key);
    return attributes && parseRecord(bankItemSchema, key, attributes);
  };
  return {
    find,

    /**
     * A new item, once; where only a bank's reference can find its payment, also found by that. `AlreadyExists` when the
     * same was said before.
     */
    create: (item: BankItem): Change[] => {
      const reference = waitingReference(item.entry);
      const onConflict = () => new AlreadyExists(`Bank item ${item.id}`);
      return [
        {
          write: write.put(keys.bankItem(item.id), item, {
            condition: conditions.absent,
            status: statusOf(item),
          }),
          onConflict,
        },
        ...(reference === undefined || item.entry.endToEndId !== undefined
          ? []
          : [
              {
                write: write.put(keys.waitingForReference(reference, item.id), { id: item.id }),
                onConflict,
              },
            ]),
      ];
    },

    /** An open item as it is seen now. `StaleBankItem` when it changed since it was read. */
    amend: (before: BankItem, after: BankItem): Change => ({
      write: write.put(
        keys.bankItem(before.id),
        { ...after, version: before.version + 1 },
        { condition: conditions.version(before.version), status: statusOf(after) },
      ),
      onConflict: () => new StaleBankItem(before.id),
    }),

    /** The item as it ended. `StaleBankItem` when it changed since it was read. */
    close: (before: BankItem, after: ClosedBankItem): Change => ({
      write: write.put(
        keys.bankItem(before.id),
        { ...after, version: before.version + 1 },
        { condition: conditions.version(before.version) },
      ),
      onConflict: () => new StaleBankItem(before.id),
    }),

    /** Items that wait for the bank to name a payment by this reference. */
    waitingFor: async (bankReference: string): Promise<BankItem[]> => {
      const { pk } = keys.waitingForReference(bankReference, '');
      const found = await queryItems(connection, pk, 'ITEM#');
      const items = await Promise.all(found.map(({ attributes }) => find(String(attributes.id))));
      return items.filter((item): item is BankItem => item !== undefined && item.closed === undefined);
    },

    /** All that are open, oldest first. The index lags, so each is read and looked at again. */
    open: async (): Promise<BankItem[]> => {
      const found = await getItems(
        connection,
        await queryStatus(connection, statusKeys.openBankItem('', '').gsi1pk),
      );
      return found
        .map(({ key, attributes }) => parseRecord(bankItemSchema, key, attributes))
        .filter(({ closed }) => closed === undefined);
    },
  };
}
