/**
 * An item of the worklist: what the bank said that fits no payment, or contradicts one, until it fits or a person has dealt
 * with it.
 */
import * as z from 'zod';
import { type BankEvent, event } from '../proposal/events.ts';
import { type ProblemCode, problemTexts } from '../text/problem-texts.ts';
import { bankFormatSchema } from './received-file.ts';
import { rupiahSchema } from './rupiah.ts';

const entrySchema = z.object({
  outcome: z.enum(['ACCEPTED', 'SETTLED', 'REJECTED', 'RETURNED', 'CREDIT', 'REVERSED']),
  endToEndId: z.string().optional(),
  bankReference: z.string().optional(),
  amount: rupiahSchema.optional(),
  valueDate: z.string().optional(),
  reasonCode: z.string().optional(),
  /** What the bank adds to that in words, or its own codes. */
  reasonText: z.string().optional(),
  /** Of a report: the id of the message that it names. */
  messageId: z.string().optional(),
  /** Our account that it speaks of, and the day on which it was booked, where that is not its value date. */
  account: z.string().optional(),
  bookedOn: z.string().optional(),
  again: z.int().optional(),
  sp2d: z.literal(true).optional(),
  /** Beyond whole rupiah. */
  sen: z.int().min(1).max(99).optional(),
  /** Which one of equal lines it is, from the second on. */
  ordinal: z.int().min(2).optional(),
  /** A digest of the words of a line without references. */
  textDigest: z.string().optional(),
  /** The code of the problem for which it was not believed. */
  doubt: z
    .string()
    .refine((code): code is ProblemCode => code in problemTexts)
    .optional(),
  /** The format of the file that said it. */
  channel: bankFormatSchema.optional(),
  /** A person has said that it is a booking of its own. */
  certain: z.literal(true).optional(),
});

export const bankItemSchema = z.object({
  id: z.string(),
  /** Counts the writes, for optimistic locking. */
  version: z.int().min(1),
  /**
   * It fits no payment; it contradicts what was said before; its amount is another; money came in without a word why; money
   * left a second time; it cannot be known whether it is a booking that is known; money came into our own account under the NTPN of
   * a deposit that belongs into kas negara; it is not booked within its days.
   */
  why: z.enum(['unknown', 'state', 'amount', 'credit', 'twice', 'doubt', 'deposit', 'late']),
  entry: entrySchema,
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
/** One that fits now, or that a person has dealt with. */
export type ClosedBankItem = BankItem & { closed: NonNullable<BankItem['closed']> };

/** An item after a transition, and what the bank's journal records of it. */
interface DecidedItem {
  item: ClosedBankItem;
  events: readonly BankEvent[];
}

/** The bank has named the reference that the item waited for, or has made it good. @param endToEndId the payment's */
export function matchItem(item: BankItem, endToEndId: string, now: string): DecidedItem {
  return {
    item: { ...item, closed: { how: 'matched', at: now, endToEndId } },
    events: [event(now, 'worklist.matched', { item: item.id, endToEndId }, { kind: 'bank' })],
  };
}

/**
 * A person says which payment the item is of, or, without one, that it was dealt with elsewhere.
 * @param word.by the person's id
 */
export function resolveItem(
  item: BankItem,
  { by, endToEndId, reason }: { by: string; endToEndId?: string | undefined; reason?: string | undefined },
  now: string,
): DecidedItem {
  const how = endToEndId === undefined ? 'dismissed' : 'assigned';
  const facts = { item: item.id, endToEndId: endToEndId ?? null, reason: reason ?? null };
  return {
    item: {
      ...item,
      closed: {
        ...{ how, at: now, by },
        ...(endToEndId !== undefined && { endToEndId }),
        ...(reason !== undefined && { reason }),
      },
    },
    events: [event(now, `worklist.${how}`, facts, { kind: 'person', id: by })],
  };
}
