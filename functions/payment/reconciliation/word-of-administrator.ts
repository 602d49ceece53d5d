/** What an administrator's word on a payment needs, and what it is refused for, whether it is about a line or an SP2D. */
import { holdsRole } from '#domain/people/person.ts';
import type { WorklistDeps } from '#functions/payment/reconciliation/worklist.ts';
import type { Store } from '#functions/store/store.ts';

export interface ResolveDeps extends WorklistDeps {
  store: WorklistDeps['store'] & Pick<Store, 'people' | 'runs'>;
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

/** The payment cannot become what the item says. */
export class ContradictsPayment extends Error {
  override readonly name = 'ContradictsPayment';
  constructor(endToEndId: string, state: string, outcome: string) {
    super(
      `${endToEndId} is ${state}, which ${outcome} contradicts. Settle it with the bank, then dismiss the item with the reason.`,
    );
  }
}

/** @throws {NotAnAdministrator} */
export async function mustAdminister({ people }: Pick<Store, 'people'>, by: string): Promise<void> {
  const person = await people.get(by);
  if (person === undefined || !holdsRole(person, 'admin', country)) throw new NotAnAdministrator(by);
}
