/**
 * When each kind of ask is repeated and ends, where the rule-pack says nothing else. A kind without a default does not
 * compile, so a new kind changes no pack. Published packs rest on these: a changed value is caught by their hashes.
 */

import type { AskTiming } from '../programme.ts';
import type { AskKind } from './ask-kinds.ts';

export const defaultTimings = {
  correction: { remindAfter: 3, reminders: 2, escalateAfter: null, expireAfter: 10 },
  membership: { remindAfter: 2, reminders: 2, escalateAfter: null, expireAfter: 10 },
  'membership-review': { remindAfter: 2, reminders: 1, escalateAfter: 4, expireAfter: 10 },
  'site-visit': { remindAfter: 5, reminders: 1, escalateAfter: 8, expireAfter: 15 },
  approval: { remindAfter: 2, reminders: 2, escalateAfter: 5, expireAfter: 10 },
  objection: { remindAfter: 5, reminders: 1, escalateAfter: null, expireAfter: 14 },
  appeal: { remindAfter: 5, reminders: 1, escalateAfter: 8, expireAfter: 15 },
  'tranche-documents': { remindAfter: 5, reminders: 3, escalateAfter: null, expireAfter: 30 },
  spp: { remindAfter: 2, reminders: 1, escalateAfter: 4, expireAfter: 10 },
  spm: { remindAfter: 2, reminders: 1, escalateAfter: 4, expireAfter: 10 },
  sp2d: { remindAfter: 1, reminders: 1, escalateAfter: 3, expireAfter: 10 },
  'bank-inquiry': { remindAfter: 1, reminders: 2, escalateAfter: 3, expireAfter: 10 },
  'account-correction': { remindAfter: 3, reminders: 2, escalateAfter: null, expireAfter: 15 },
  receipt: { remindAfter: 3, reminders: 2, escalateAfter: null, expireAfter: 10 },
  'receipt-review': { remindAfter: 2, reminders: 2, escalateAfter: 5, expireAfter: 15 },
  'training-session': { remindAfter: 5, reminders: 1, escalateAfter: 8, expireAfter: 15 },
  'mentor-visit': { remindAfter: 5, reminders: 1, escalateAfter: 8, expireAfter: 15 },
  outcome: { remindAfter: 5, reminders: 1, escalateAfter: 8, expireAfter: 15 },
  'muster-roll': { remindAfter: 5, reminders: 2, escalateAfter: null, expireAfter: 15 },
  lpj: { remindAfter: 5, reminders: 2, escalateAfter: 15, expireAfter: 30 },
  'deposit-billing': { remindAfter: 2, reminders: 1, escalateAfter: 4, expireAfter: 10 },
  'deposit-slip': { remindAfter: 2, reminders: 2, escalateAfter: null, expireAfter: 5 },
  'deposit-check': { remindAfter: 2, reminders: 1, escalateAfter: 4, expireAfter: 10 },
} as const satisfies Record<AskKind, AskTiming>;
