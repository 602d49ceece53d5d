/**
 * An administrator deals with an item of the bank's worklist (`jaring bank resolve`), or records what became of an SP2D
 * (`jaring bank sp2d`); no one else has the right to invoke it.
 *
 * A person deals with an item of the worklist: says which payment it is, or that it was dealt with elsewhere; once.
 *
 * Their word is written down first, and then the payment is moved as the bank's line would have moved it, with all that
 * waits for the reference that the line gives. The same word again does what may have been left undone; another word is refused. What contradicts the payment cannot be assigned to
 * it: two transfers may have left, so it is settled with the bank and then dismissed with the reason.
 */
import * as z from 'zod';
import { applyBankAnswer } from '#domain/money/payment.ts';
import { rupiahSchema } from '#domain/money/rupiah.ts';
import { type BankItem, resolveItem } from '#domain/money/worklist-item.ts';
import { personIdSchema } from '#domain/people/person.ts';
import { messengerOf } from '#functions/notifications/messenger.ts';
import type { BankEntry } from '#functions/payment/reconciliation/bank-entry.ts';
import { answerOf } from '#functions/payment/reconciliation/reconciling.ts';
import {
  ContradictsPayment,
  mustAdminister,
  type ResolveDeps,
} from '#functions/payment/reconciliation/word-of-administrator.ts';
import { applyEntry } from '#functions/payment/reconciliation/worklist.ts';
import { recordSp2d } from '#functions/payment/record-sp2d.ts';
import { takeUpReturn } from '#functions/payment/return-payment.ts';
import { stepFunctions } from '#functions/runtime/clients.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { NotFound, StaleBankItem } from '#functions/store/errors.ts';
import { retryOnConflict } from '#functions/store/retry-on-conflict.ts';

/** Rounds of read and write before it is reported that the item is too busy. Whoever closes it first ends the race. */
const maxRounds = 8;

export interface Resolution {
  itemId: string;
  /** The id of the administrator in the directory. */
  by: string;
  now: string;
  /** Which payment it is, or nothing where it was dealt with elsewhere. */
  endToEndId?: string | undefined;
  /** Always where no payment is named. */
  reason?: string | undefined;
}

/** Another person, or the bank itself, has dealt with it already. */
export class AlreadyResolved extends Error {
  override readonly name = 'AlreadyResolved';
  constructor({ id, closed }: BankItem) {
    const to = closed?.endToEndId === undefined ? '' : ` to ${closed.endToEndId}`;
    super(
      `${id} was ${closed?.how ?? 'dealt with'}${to} by ${closed?.by ?? 'the bank itself'} at ${closed?.at ?? '?'}.`,
    );
  }
}

/** What the item says once a person has named its payment: the amount is theirs to judge, and a credit is a return. */
function entryOf({ said }: BankItem, endToEndId: string): BankEntry {
  const { amount: _, ...rest } = said;
  return { ...rest, endToEndId, verdict: said.verdict === 'CREDIT' ? 'RETURNED' : said.verdict };
}

/**
 * @returns the item as it ended
 * @throws {NotAnAdministrator} {AlreadyResolved} {ContradictsPayment} {TooMuchContention} `NotFound` {@link RangeError} without a reason
 */
export async function resolveBankItem(deps: ResolveDeps, wish: Resolution): Promise<BankItem> {
  // Where another caller is faster, perhaps with the same word, the item is looked at again.
  const conflicts = [StaleBankItem];
  return retryOnConflict({ what: `Bank item ${wish.itemId}`, rounds: maxRounds, conflicts }, () =>
    resolve(deps, wish),
  );
}

async function resolve(deps: ResolveDeps, wish: Resolution): Promise<BankItem> {
  const { itemId, by, now, endToEndId, reason } = wish;
  const { store } = deps;
  await mustAdminister(store, by);
  if (endToEndId === undefined && (reason ?? '').trim() === '')
    throw new RangeError('Say why the item is dismissed.');
  const item = await store.bankItems.find(itemId);
  if (item === undefined) throw new NotFound(`Bank item ${itemId}`);
  const { item: resolved, events } = resolveItem(item, { by, endToEndId, reason }, now);
  const known = item.closed;
  const isSame = known?.how === resolved.closed.how && known.by === by && known.endToEndId === endToEndId;
  if (known !== undefined && !isSame) throw new AlreadyResolved(item);
  if (known === undefined) {
    if (endToEndId !== undefined) await mustFit(deps, item, endToEndId, now);
    await store.commit({ journal: 'bank', now, events, changes: [store.bankItems.close(item, resolved)] });
  }
  // Where it shows that the payment left twice, or where the payment has come to contradict it meanwhile, a person has to look
  // again: it comes onto the list, and is not lost.
  if (endToEndId !== undefined) await applyEntry(deps, entryOf(item, endToEndId), { file: item.file, now });
  return known === undefined ? resolved : item;
}

async function mustFit({ store }: ResolveDeps, item: BankItem, endToEndId: string, now: string) {
  const payment = await store.payments.byEndToEnd(endToEndId);
  if (payment === undefined) throw new NotFound(`Payment ${endToEndId}`);
  const said = entryOf(item, endToEndId);
  const answer = answerOf(said, now);
  const impossible = item.why === 'twice' || answer === undefined;
  if (impossible || applyBankAnswer(payment, answer, { now }).effect === 'contradiction')
    throw new ContradictsPayment(endToEndId, payment.state, said.verdict);
}

const common = { itemId: z.string().min(1), by: personIdSchema, now: nowSchema };
const eventSchema = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('assign'),
    ...common,
    endToEndId: z.string().min(1),
    reason: z.string().max(500).optional(),
  }),
  z.strictObject({ do: z.literal('dismiss'), ...common, reason: z.string().trim().min(1).max(500) }),
  z.strictObject({
    do: z.literal('record-sp2d'),
    number: z.string().trim().min(1).max(60),
    amount: rupiahSchema.positive(),
    status: z.enum(['cair', 'retur']),
    date: z.iso.date(),
    reason: z.string().trim().min(1).max(500).optional(),
    by: personIdSchema,
    now: nowSchema,
  }),
]);

export const handler = taskHandler(
  'payment/resolve-bank-item',
  eventSchema,
  async (wish, { env, store, logger }) => {
    const deps = {
      store,
      stepFunctions: stepFunctions(),
      returned: takeUpReturn({
        ...{ store, ...messengerOf(env), stepFunctions: stepFunctions() },
        paymentMachineArn: env.PAYMENT_STATE_MACHINE_ARN,
        linkBaseUrl: env.LINK_BASE_URL,
      }),
    };
    if (wish.do === 'record-sp2d') {
      const recorded = await recordSp2d(deps, wish);
      logger.info('An SP2D was recorded by hand.', { ...recorded, by: wish.by });
      return recorded;
    }
    const endToEndId = wish.do === 'assign' ? wish.endToEndId : undefined;
    const { id, closed } = await resolveBankItem(deps, { ...wish, endToEndId });
    logger.info('An item of the worklist was dealt with.', { item: id, how: closed?.how });
    return { id, closed };
  },
);
