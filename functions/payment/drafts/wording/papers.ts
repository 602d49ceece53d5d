/** Which wording makes which paper. */
import type { DraftKind } from '#domain/drafts.ts';
import type { PaperFacts } from '#functions/payment/drafts/facts.ts';
import type { Paper } from '#functions/payment/drafts/paper.ts';
import { agreement } from '#functions/payment/drafts/wording/agreement.ts';
import { awardList } from '#functions/payment/drafts/wording/award-list.ts';
import { businessPlan } from '#functions/payment/drafts/wording/business-plan.ts';
import { paymentRequest } from '#functions/payment/drafts/wording/payment-request.ts';
import { receipt } from '#functions/payment/drafts/wording/receipt.ts';
import { handoverRecord, paymentRecord } from '#functions/payment/drafts/wording/records.ts';
import {
  absoluteResponsibility,
  spendingResponsibility,
} from '#functions/payment/drafts/wording/statements.ts';

const wordings: Record<DraftKind, (facts: PaperFacts) => Paper> = {
  pks: agreement,
  'sk-attachment': awardList,
  sptjm: absoluteResponsibility,
  sptjb: spendingResponsibility,
  ruk: businessPlan,
  kuitansi: receipt,
  bast: handoverRecord,
  bap: paymentRecord,
  'spp-summary': paymentRequest,
};

/** The paper of a kind, in words. */
export const paperFor = (kind: DraftKind, facts: PaperFacts): Paper => wordings[kind](facts);
