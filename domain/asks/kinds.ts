/** Every kind of ask. Written by `npm run list:kinds`. */
import { accountAcceptance } from './kinds/account-acceptance.ts';
import { accountCorrection } from './kinds/account-correction.ts';
import { appeal } from './kinds/appeal.ts';
import { approval } from './kinds/approval.ts';
import { bankInquiry } from './kinds/bank-inquiry.ts';
import { correction } from './kinds/correction.ts';
import { depositBilling } from './kinds/deposit-billing.ts';
import { depositCheck } from './kinds/deposit-check.ts';
import { depositSlip } from './kinds/deposit-slip.ts';
import { lpj } from './kinds/lpj.ts';
import { membership } from './kinds/membership.ts';
import { membershipReview } from './kinds/membership-review.ts';
import { mentorVisit } from './kinds/mentor-visit.ts';
import { musterRoll } from './kinds/muster-roll.ts';
import { objection } from './kinds/objection.ts';
import { outcome } from './kinds/outcome.ts';
import { paymentHold } from './kinds/payment-hold.ts';
import { receipt } from './kinds/receipt.ts';
import { receiptReview } from './kinds/receipt-review.ts';
import { runRelease } from './kinds/run-release.ts';
import { siteVisit } from './kinds/site-visit.ts';
import { sp2d } from './kinds/sp2d.ts';
import { spm } from './kinds/spm.ts';
import { spp } from './kinds/spp.ts';
import { trainingSession } from './kinds/training-session.ts';
import { trancheDocuments } from './kinds/tranche-documents.ts';

export const kinds = {
  'account-acceptance': accountAcceptance,
  'account-correction': accountCorrection,
  appeal,
  approval,
  'bank-inquiry': bankInquiry,
  correction,
  'deposit-billing': depositBilling,
  'deposit-check': depositCheck,
  'deposit-slip': depositSlip,
  lpj,
  membership,
  'membership-review': membershipReview,
  'mentor-visit': mentorVisit,
  'muster-roll': musterRoll,
  objection,
  outcome,
  'payment-hold': paymentHold,
  receipt,
  'receipt-review': receiptReview,
  'run-release': runRelease,
  'site-visit': siteVisit,
  sp2d,
  spm,
  spp,
  'training-session': trainingSession,
  'tranche-documents': trancheDocuments,
};
