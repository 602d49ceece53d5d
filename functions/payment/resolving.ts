/**
 * A person deals with an item of the worklist: says which payment it is, or that it was dealt with elsewhere; once.
 *
 * Their word is written down first, and then the payment is moved as the bank's line would have moved it, with all that
 * waits for the reference that the line gives. The same word again does what may have been left undone; another word is refused. What contradicts the payment cannot be assigned to
 * it: two transfers may have left, so it is settled with the bank and then dismissed with the reason.
 */
import { applyBankAnswer } from '#domain/payment.ts';
import { holdsRole } from '#domain/person.ts';
import { answerOf } from '#functions/payment/answers/reconciling.ts';
import type { Said } from '#functions/payment/answers/said.ts';
import { place, type WorklistDeps } from '#functions/payment/answers/worklist.ts';
import type { BankItem } from '#functions/store/bank-items.ts';
import { NotFound, StaleBankItem } from '#functions/store/errors.ts';
import type { Store } from '#functions/store/store.ts';

export interface ResolveDeps extends WorklistDeps {
  store: WorklistDeps['store'] & Pick<Store, 'people'>;
}

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

/** Banks know no regions: only those who administer the whole country deal with what they say. */
const country = '';

/** Only administrators of the whole country deal with the worklist. */
export class NotAnAdministrator extends Error {
  override readonly name = 'NotAnAdministrator';
  constructor(id: string) {
    super(`"${id}" is no administrator of the whole country in the directory. Give the id of one with --by.`);
  }
}

/** Somebody else, or the bank itself, has dealt with it already. */
export class AlreadyResolved extends Error {
  override readonly name = 'AlreadyResolved';
  constructor({ id, closed }: BankItem) {
    const to = closed?.endToEndId === undefined ? '' : ` to ${closed.endToEndId}`;
    super(
      `${id} was ${closed?.how ?? 'dealt with'}${to} by ${closed?.by ?? 'the bank itself'} at ${closed?.at ?? '?'}.`,
    );
  }
}

/** The payment cannot become what the item says. */
export class ContradictsPayment extends Error {
  override readonly name = 'ContradictsPayment';
  constructor(endToEndId: string, state: string, verdict: string) {
    super(
      `${endToEndId} is ${state}, which ${verdict} contradicts. Settle it with the bank, then dismiss the item with the reason.`,
    );
  }
}

/** @throws {NotAnAdministrator} */
export const mustAdminister = async ({ people }: Pick<Store, 'people'>, by: string): Promise<void> => {
  const person = await people.get(by);
  if (person === undefined || !holdsRole(person, 'admin', country)) throw new NotAnAdministrator(by);
};

/** What the item says once a person has named its payment: the amount is theirs to judge, and a credit is a return. */
const saidOf = ({ said }: BankItem, endToEndId: string): Said => {
  const { amount: _, ...rest } = said;
  return { ...rest, endToEndId, verdict: said.verdict === 'CREDIT' ? 'RETURNED' : said.verdict };
};

/**
 * @returns the item as it ended
 * @throws {NotAnAdministrator} {AlreadyResolved} {ContradictsPayment} `NotFound` {@link RangeError} without a reason
 */
export const resolveBankItem = async (deps: ResolveDeps, wish: Resolution): Promise<BankItem> => {
  const { itemId, by, now, endToEndId, reason } = wish;
  const { store } = deps;
  await mustAdminister(store, by);
  if (endToEndId === undefined && (reason ?? '').trim() === '')
    throw new RangeError('Say why the item is dismissed.');
  const item = await store.bankItems.find(itemId);
  if (item === undefined) throw new NotFound(`Bank item ${itemId}`);
  const closed: NonNullable<BankItem['closed']> = {
    how: endToEndId === undefined ? 'dismissed' : 'assigned',
    at: now,
    by,
    ...(endToEndId !== undefined && { endToEndId }),
    ...(reason !== undefined && { reason }),
  };
  const known = item.closed;
  if (known !== undefined && (known.how !== closed.how || known.by !== by || known.endToEndId !== endToEndId))
    throw new AlreadyResolved(item);
  if (known === undefined) {
    if (endToEndId !== undefined) await mustFit(deps, item, endToEndId, now);
    try {
      await store.commit({
        journal: 'bank',
        now,
        events: [
          {
            at: now,
            actor: { kind: 'person', id: by },
            action: `worklist.${closed.how}`,
            facts: { item: item.id, endToEndId: endToEndId ?? null, reason: reason ?? null },
          },
        ],
        changes: [store.bankItems.close(item, closed)],
      });
    } catch (error) {
      // Somebody was faster, perhaps with the same word.
      if (error instanceof StaleBankItem) return resolveBankItem(deps, wish);
      throw error;
    }
  }
  // Where it shows that the payment left twice, or where the payment has come to contradict it meanwhile, somebody has to look
  // again: it comes onto the list, and is not lost.
  if (endToEndId !== undefined) await place(deps, saidOf(item, endToEndId), { file: item.file, now });
  return { ...item, closed: known ?? closed };
};

const mustFit = async ({ store }: ResolveDeps, item: BankItem, endToEndId: string, now: string) => {
  const payment = await store.payments.byEndToEnd(endToEndId);
  if (payment === undefined) throw new NotFound(`Payment ${endToEndId}`);
  const said = saidOf(item, endToEndId);
  const answer = answerOf(said, now);
  const impossible = item.why === 'twice' || answer === undefined;
  if (impossible || applyBankAnswer(payment, answer, now).effect === 'contradiction')
    throw new ContradictsPayment(endToEndId, payment.state, said.verdict);
};
