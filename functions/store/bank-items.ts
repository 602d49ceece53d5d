/** What the bank said that fits no payment, or contradicts one: each once, until it fits or a person has dealt with it. */
import * as z from 'zod';
import { sp2dReference } from '#domain/money/payment.ts';
import { rupiahSchema } from '#domain/money/rupiah.ts';
import { type ProblemCode, problemTexts } from '#domain/text/problem-texts.ts';
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

const saidSchema = z.object({
  verdict: z.enum(['ACCEPTED', 'SETTLED', 'REJECTED', 'RETURNED', 'CREDIT']),
  endToEndId: z.string().optional(),
  bankReference: z.string().optional(),
  amount: rupiahSchema.optional(),
  valueDate: z.string().optional(),
  reasonCode: z.string().optional(),
  again: z.int().optional(),
  sp2d: z.literal(true).optional(),
  /** Beyond whole rupiah. */
  sen: z.int().min(1).max(99).optional(),
  /** Which one of equal lines it is, from the second on. */
  ordinal: z.int().min(2).optional(),
  /** The code of the problem for which it was not believed. */
  doubt: z
    .string()
    .refine((code): code is ProblemCode => code in problemTexts)
    .optional(),
});

const bankItemSchema = z.object({
  id: z.string(),
  /** Counts the writes, for optimistic locking. */
  version: z.int().min(1),
  /**
   * It fits no payment; it contradicts what was said before; its amount is another; money came in without a word why; money
   * left a second time.
   */
  why: z.enum(['unknown', 'state', 'amount', 'credit', 'twice']),
  said: saidSchema,
  /** EndToEndIds of payments that may be meant. */
  candidates: z.array(z.string()),
  /** The file that said it first. */
  file: z.object({ key: z.string(), versionId: z.string() }),
  at: z.string(),
  closed: z
    .object({
      /** The bank named the reference later; a person said which payment it is; a person dealt with it elsewhere. */
      how: z.enum(['matched', 'assigned', 'dismissed']),
      at: z.string(),
      /** The person's id; none where no person was needed. */
      by: z.string().optional(),
      endToEndId: z.string().optional(),
      reason: z.string().optional(),
    })
    .optional(),
});

/** An item of the worklist. */
export type BankItem = z.output<typeof bankItemSchema>;

function statusOf(item: BankItem) {
  return item.closed === undefined ? statusKeys.openBankItem(item.at, item.id) : undefined;
}

/** The reference that a line without an EndToEndId is found by. */
export function waitingReference({
  bankReference,
  sp2d,
}: Pick<BankItem['said'], 'bankReference' | 'sp2d'>): string | undefined {
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
      const reference = waitingReference(item.said);
      const onConflict = () => new AlreadyExists(`Bank item ${item.id}`);
      return [
        {
          write: write.put(keys.bankItem(item.id), item, {
            condition: conditions.absent,
            status: statusOf(item),
          }),
          onConflict,
        },
        ...(reference === undefined || item.said.endToEndId !== undefined
          ? []
          : [
              {
                write: write.put(keys.waitingForReference(reference, item.id), { id: item.id }),
                onConflict,
              },
            ]),
      ];
    },

    /** The item as it ended. `StaleBankItem` when it changed since it was read. */
    close: (before: BankItem, closed: NonNullable<BankItem['closed']>): Change => ({
      write: write.put(
        keys.bankItem(before.id),
        { ...before, closed, version: before.version + 1 },
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
