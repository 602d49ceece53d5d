/** Which wording makes which paper. */
import { type DraftKind, draftNumber } from '#domain/papers/drafts.ts';
import type { PaperFacts } from '#functions/payment/drafts/facts.ts';
import type { Block, Paper } from '#functions/payment/drafts/paper.ts';
import { agreement } from '#functions/payment/drafts/wording/agreement.ts';
import { awardList } from '#functions/payment/drafts/wording/award-list.ts';
import { businessPlan } from '#functions/payment/drafts/wording/business-plan.ts';
import { decree } from '#functions/payment/drafts/wording/decree.ts';
import { paymentRequest } from '#functions/payment/drafts/wording/payment-request.ts';
import { receipt } from '#functions/payment/drafts/wording/receipt.ts';
import { handoverRecord, paymentRecord } from '#functions/payment/drafts/wording/records.ts';
import {
  absoluteResponsibility,
  spendingResponsibility,
} from '#functions/payment/drafts/wording/statements.ts';

const wordings: Record<DraftKind, (facts: PaperFacts) => Paper> = {
  pks: agreement,
  sk: decree,
  'sk-attachment': awardList,
  sptjm: absoluteResponsibility,
  sptjb: spendingResponsibility,
  ruk: businessPlan,
  kuitansi: receipt,
  bast: handoverRecord,
  bap: paymentRecord,
  'spp-summary': paymentRequest,
};

/** The paper of a kind, in words. One that names another account than the first says what it takes the place of. */
export function paperFor(kind: DraftKind, facts: PaperFacts): Paper {
  const paper = wordings[kind](facts);
  if (facts.attempt === 1) return paper;
  const before = draftNumber(facts.award, kind, facts.tranche.number, facts.attempt - 1);
  return { ...paper, blocks: [changeOf(facts.attempt - 1, before), ...paper.blocks] };
}

function changeOf(count: number, before: string): Block {
  return {
    kind: 'paragraph',
    text: `Perubahan ke-${count}, karena rekening penerima berubah. Dokumen ini menggantikan dokumen Nomor ${before}, yang tidak berlaku lagi.`,
  };
}
