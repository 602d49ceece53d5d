/** What the stages bring for their kinds of asks. Written by `npm run list:kinds`. */
import { approval } from '#functions/approval/asks/approval.ts';
import { registerBehaviours } from '#functions/asks/behaviour.ts';
import { appeal } from '#functions/closing/asks/appeal.ts';
import { objection } from '#functions/closing/asks/objection.ts';
import { accountAcceptance } from '#functions/payment/asks/account-acceptance.ts';
import { accountCorrection } from '#functions/payment/asks/account-correction.ts';
import { bankInquiry } from '#functions/payment/asks/bank-inquiry.ts';
import { depositBilling } from '#functions/payment/asks/deposit-billing.ts';
import { depositCheck } from '#functions/payment/asks/deposit-check.ts';
import { depositSlip } from '#functions/payment/asks/deposit-slip.ts';
import { lpj } from '#functions/payment/asks/lpj.ts';
import { paymentHold } from '#functions/payment/asks/payment-hold.ts';
import { receipt } from '#functions/payment/asks/receipt.ts';
import { receiptReview } from '#functions/payment/asks/receipt-review.ts';
import { runRelease } from '#functions/payment/asks/run-release.ts';
import { sp2d } from '#functions/payment/asks/sp2d.ts';
import { spm } from '#functions/payment/asks/spm.ts';
import { spp } from '#functions/payment/asks/spp.ts';
import { trancheDocuments } from '#functions/payment/asks/tranche-documents.ts';
import { musterRoll } from '#functions/public-works/asks/muster-roll.ts';
import { trainingSession } from '#functions/training/asks/training-session.ts';
import { correction } from '#functions/verification/asks/correction.ts';
import { membership } from '#functions/verification/asks/membership.ts';
import { membershipReview } from '#functions/verification/asks/membership-review.ts';
import { siteVisit } from '#functions/verification/asks/site-visit.ts';

registerBehaviours({
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
  'muster-roll': musterRoll,
  objection,
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
});
