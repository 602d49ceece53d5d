/** A posted form becomes a recorded answer, or the same page with everything that is wrong. */
import type { SFNClient } from '@aws-sdk/client-sfn';
import { answerProblems, type FormFields, readAnswer, readForm } from '#domain/answers.ts';
import type { Ask } from '#domain/ask.ts';
import { receivedAmount } from '#domain/proposal.ts';
import { jakartaDate } from '#domain/working-days.ts';
import { inspectEvidence } from '#functions/people/evidence.ts';
import { contentOf, trancheOf } from '#functions/people/new-ask.ts';
import { isAnswerable, type OpenedLink, openLink } from '#functions/people/opened-link.ts';
import { type PageDeps, pageOf } from '#functions/people/pages/ask-page.ts';
import { oldLinkPage, pageHeaders, tooLargePage, unknownLinkPage } from '#functions/people/pages/page.ts';
import { type AnswerDeps, answerAsk } from '#functions/people/record-answer.ts';
import { rulesOf } from '#functions/people/rules.ts';
import { type MessageDeps, sendMessage } from '#functions/people/send-message.ts';
import { asError } from '#functions/shared/errors.ts';
import type { HttpAnswer } from '#functions/shared/handler.ts';
import { adminsFor, groupNameOf } from '#functions/shared/recipients.ts';
import type { Store } from '#functions/store/store.ts';

export interface TakeDeps extends PageDeps, AnswerDeps, MessageDeps {
  store: Store;
  stepFunctions: SFNClient;
}

/** The longest form, in bytes: all fields at their longest take about 10 KB. */
const maxFormBytes = 65_536;

/** @param post the secret of the link, the form-encoded body, and when it came */
export const takeAnswer = async (
  deps: TakeDeps,
  { secret, body, now }: { secret: string; body: string; now: string },
): Promise<HttpAnswer> => {
  const opened = await openLink(deps.store, secret, now);
  if (opened === undefined) return unknownLinkPage();
  if (opened === 'too-old') return oldLinkPage();
  if (!isAnswerable(opened) || opened.barred !== undefined) return pageOf(deps, opened);
  if (Buffer.byteLength(body) > maxFormBytes) return tooLargePage();
  const { ask, by } = opened;
  const values = readForm(body);
  const { answer, problems } = readAnswer(ask.kind, values);
  if (answer === undefined) return again(deps, opened, values, problems);
  const evidence = ask.documents.length > 0 ? await inspectEvidence(deps.s3, deps.uploadsBucket, ask) : [];
  const broken = answerProblems(ask.kind, answer, { ...factsFor(opened, now), evidence });
  if (broken.length > 0) return again(deps, opened, values, broken);
  const recorded = await answerAsk(deps, {
    proposalId: ask.proposalId,
    askId: ask.id,
    answer,
    by,
    evidence,
    now,
  });
  if (recorded.status === 'recorded' && recorded.deniedLate) await tellLateDenial(deps, opened, now);
  // Whatever was recorded, by this answer or by a faster one, the page tells it.
  return { statusCode: 303, headers: { ...pageHeaders([]), location: secret }, body: '' };
};

/**
 * Tells the administrators that somebody denied being a member after the group was confirmed. A mail that cannot be
 * sent does not undo the answer: the record has it, and the log says that nobody was told.
 */
const tellLateDenial = async (deps: TakeDeps, { ask, proposal }: OpenedLink, now: string): Promise<void> => {
  const { assignee } = ask;
  if (assignee.kind !== 'member') return;
  try {
    for (const to of await adminsFor(deps.store.people, proposal))
      await sendMessage(deps, {
        id: `${ask.id}.denied-late.${to.key}`,
        proposalId: proposal.id,
        to: to.email,
        language: to.language,
        template: 'membership-denied-late',
        facts: { proposalId: proposal.id, groupName: groupNameOf(proposal), member: assignee.number },
        now,
      });
  } catch (error) {
    deps.logger.warn('A late denial is recorded; the administrators could not be told.', {
      askId: ask.id,
      error: asError(error),
    });
  }
};

const again = async (
  deps: TakeDeps,
  opened: OpenedLink,
  values: FormFields,
  problems: Awaited<ReturnType<typeof answerProblems>>,
) => {
  const { ask } = opened;
  const evidence = ask.documents.length > 0 ? await inspectEvidence(deps.s3, deps.uploadsBucket, ask) : [];
  return pageOf(deps, opened, { attempt: { values, problems, evidence } });
};

/** What the rules about an answer need to know. */
const factsFor = (
  { proposal, ask }: { proposal: OpenedLink['proposal']; ask: Ask },
  now: string,
): Omit<Parameters<typeof answerProblems>[2], 'evidence'> => {
  const tranche = trancheOf(ask);
  const planned =
    'tranches' in proposal ? proposal.tranches?.find(({ number }) => number === tranche) : undefined;
  const paidOut = proposal.stage === 'payment' || proposal.stage === 'follow-up';
  return {
    today: jakartaDate(now),
    documents: ask.documents,
    positionNeeded: rulesOf(proposal).verification.siteVisit.position,
    ...(planned !== undefined && { requiredProgress: planned.requiredProgress }),
    members: (contentOf(proposal)?.members ?? []).map(({ number }) => number),
    ...(paidOut && { received: receivedAmount(proposal) }),
  };
};
