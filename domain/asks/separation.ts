/**
 * Four eyes across all stages: nobody verifies, approves and releases money for the same proposal under two roles,
 * and the steps of an approval ladder are taken by different people (juknis TKM 2024: PPK, then KPA).
 *
 * The rule looks at persons, not at links or roles: whatever escalation did, the same person stays the same person.
 */
import * as z from 'zod';
import { askKinds } from './ask-kinds.ts';

/**
 * The duties that must lie in different hands. Whoever decides on an objection, or on letting a payment go that was
 * withheld, has had no other part at all.
 */
export type Duty = 'verify' | 'approve' | 'release' | 'disburse' | 'appeal' | 'audit';

/**
 * Something a person of the directory did for a proposal: which ask (kind and key) they answered, or that they released
 * the payment run with its tranche (`run-release`, whose key is the run and the tranche).
 */
export const actSchema = z.strictObject({
  kind: z.enum([...askKinds, 'run-release']),
  key: z.string(),
  personId: z.string(),
});
export type Act = z.output<typeof actSchema>;

/**
 * The duty that answering an ask performs; asks to the group, members and mentors perform none.
 *
 * The SPP is the PPK's own request for the money that the PPK's decree awarded, so it counts as approving: the PPK
 * who approved may issue it, and whoever tests and pays it (SPM, SP2D) must be somebody else. Whoever releases the
 * file to the bank (`disburse`) is one more pair of hands. So it is on the way back: whoever brings the billing code of a
 * deposit does not confirm it.
 */
export function dutyOf(kind: Act['kind']): Duty | undefined {
  return duties[kind];
}

const duties: Partial<Record<Act['kind'], Duty>> = {
  'membership-review': 'verify',
  'site-visit': 'verify',
  approval: 'approve',
  appeal: 'appeal',
  spp: 'approve',
  spm: 'release',
  sp2d: 'release',
  'bank-inquiry': 'release',
  'run-release': 'disburse',
  'receipt-review': 'audit',
  'deposit-billing': 'approve',
  'deposit-check': 'release',
};

/**
 * Whether the person may answer an ask of this kind, given everything done for the proposal so far.
 *
 * @param key the ask's key; for `approval` it is `<round>-<index>`, and one person takes only one index.
 * @param history acts of all persons, in any order; acts by others are ignored.
 */
export function mayAct(personId: string, kind: Act['kind'], key: string, history: readonly Act[]): boolean {
  const duty = dutyOf(kind);
  if (duty === undefined) return true;
  return history
    .filter((act) => act.personId === personId)
    .every((act) => {
      const done = dutyOf(act.kind);
      if (done === undefined) return true;
      if (done !== duty) return false;
      return !(kind === 'approval' && act.kind === 'approval' && stepOf(act.key) !== stepOf(key));
    });
}

/** The ladder's step in an approval's key: `2-1` is step 1 of the second round. */
function stepOf(key: string): string {
  return key.slice(key.indexOf('-') + 1);
}
