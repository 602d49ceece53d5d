/** What people did, in plain words: the lines of the live timeline. */

import type { AskKind } from '#domain/asks/ask-kinds.ts';
import type { Deed } from '#players/player.ts';
import { jakartaTime } from '../time.ts';

/** One line: the virtual time, who, what. */
export function timelineLine(at: string, who: string, what: string): string {
  return `${jakartaTime(at)}  ${who.padEnd(34)}  ${what}`;
}

const deedTexts: Record<AskKind, (deed: Deed) => string> = {
  correction: () => 'corrects the proposal and uploads it again',
  membership: () => 'confirms membership',
  'membership-review': () => 'looks into a membership that was denied',
  'site-visit': ({ files }) => `visits the group: all as stated, ${files} photos`,
  approval: () => 'approves the grant',
  objection: () => 'responds to the rejection',
  appeal: () => 'decides on the objection',
  'tranche-documents': ({ files }) => `hands in ${files} documents for the payment`,
  spp: ({ reply }) =>
    reply.fields?.outcome === 'returned'
      ? 'returns papers to the group'
      : 'tests the papers and issues the SPP',
  spm: () => 'tests the SPP and issues the SPM',
  sp2d: () => 'issues the SP2D',
  'payment-hold': () => 'decides about the payment that is held',
  'run-release': ({ situation }) => `releases the payment run ${situation.subjectId} to the bank`,
  'bank-inquiry': () => 'asks the bank',
  'account-correction': () => 'names another account',
  'account-acceptance': ({ reply }) =>
    reply.fields?.outcome === 'refused' ? 'sends the account back to the group' : 'accepts the new account',
  receipt: () => 'confirms having received the benefit',
  'receipt-review': () => 'looks into a benefit that few received',
  'training-session': ({ reply }) =>
    `holds a training session, ${[reply.fields?.present ?? []].flat().length} present`,
  'mentor-visit': () => 'visits the group: the business is running',
  outcome: () => 'records the outcome',
  'deposit-billing': () => 'brings the billing code of a deposit',
  'deposit-slip': () => 'hands in the slip of a deposit',
  'deposit-check': () => 'confirms a deposit into kas negara',
  'muster-roll': () => 'hands in the muster roll',
  lpj: () => 'hands in the accountability report (LPJ)',
};

/** What the deed was. */
export function deedText(deed: Deed): string {
  return `${deedTexts[deed.situation.kind](deed)}${deed.coded ? ', with a one-time code' : ''}`;
}
