/**
 * Applies a file of the bank's to the payments it speaks of.
 *
 * Files come in any order and more than once. A file that cannot be read is refused whole and changes nothing; lines
 * that fit no payment, or contradict what was said before, change nothing and are named. An answer is recorded first,
 * then the execution that waits for it is resumed.
 */
import type { SFNClient } from '@aws-sdk/client-sfn';
import { type AnswerLine, readBankAnswer } from '#domain/bank-file.ts';
import { applyBankAnswer, type BankAnswer, type PaymentAttempt } from '#domain/payment.ts';
import type { Problem } from '#domain/problem.ts';
import { bankOutcome } from '#functions/payment/papers.ts';
import { paymentEvent } from '#functions/payment/tranche.ts';
import { inGroups } from '#functions/people/in-groups.ts';
import { resume } from '#functions/shared/resume.ts';
import type { BankFile } from '#functions/store/bank-files.ts';
import { AlreadyExists, StalePayment, TooMuchContention } from '#functions/store/errors.ts';
import type { Store } from '#functions/store/store.ts';

export interface AnswerFileDeps {
  store: Pick<Store, 'bankFiles' | 'commit' | 'payments'>;
  stepFunctions: SFNClient;
}

/** A file as it came: its name, its version, and its text or why there is none. */
export interface ReceivedFile {
  key: string;
  versionId: string;
  content: { text: string } | { problems: Problem[] };
  now: string;
}

const atOnce = 8;
/** Rounds of read and write when other files speak of the same payment at the same moment. */
const maxRounds = 8;

/** @throws what the network throws; the file is then delivered again, and what was applied stays applied */
export const applyBankFile = async (deps: AnswerFileDeps, received: ReceivedFile): Promise<BankFile> => {
  const { key, versionId, content, now } = received;
  const { file, problems } =
    'text' in content ? readBankAnswer(content.text) : { file: undefined, problems: content.problems };
  const nothing = { key, versionId, moved: 0, unknown: [], contradictions: [], at: now };
  if (file === undefined) return record(deps, { ...nothing, outcome: 'refused', problems });
  const { runId, lines } = file;
  const effects: Effect[] = [];
  for (const group of inGroups(lines, atOnce))
    effects.push(...(await Promise.all(group.map((line) => applyLine(deps, runId, line, now)))));
  const idsOf = (effect: Effect['effect']) =>
    effects.filter((each) => each.effect === effect).map(({ endToEndId }) => endToEndId);
  return record(deps, {
    ...nothing,
    outcome: 'read',
    problems: [],
    moved: idsOf('moved').length,
    unknown: idsOf('unknown'),
    contradictions: idsOf('contradiction'),
  });
};

interface Effect {
  endToEndId: string;
  effect: 'moved' | 'nothing-new' | 'contradiction' | 'unknown';
}

const answerOf = (line: AnswerLine): BankAnswer =>
  line.status === 'SETTLED'
    ? { status: 'SETTLED', bankReference: line.bankReference, valueDate: line.date }
    : { status: 'REJECTED', reasonCode: line.reasonCode };

const applyLine = async (
  deps: AnswerFileDeps,
  runId: string,
  line: AnswerLine,
  now: string,
): Promise<Effect> => {
  const { endToEndId } = line;
  for (let round = 0; round < maxRounds; round++) {
    const before = await deps.store.payments.byEndToEnd(endToEndId);
    if (before === undefined || ('runId' in before && before.runId !== runId))
      return { endToEndId, effect: 'unknown' };
    const { effect, payment } = applyBankAnswer(before, answerOf(line), now);
    try {
      if (effect === 'moved') await move(deps, before, payment, now);
    } catch (error) {
      if (error instanceof StalePayment) continue;
      throw error;
    }
    // Also when it tells nothing new: the delivery that recorded it may have died before it resumed.
    await wake(deps, payment);
    return { endToEndId, effect };
  }
  throw new TooMuchContention(`Payment ${endToEndId}`, maxRounds);
};

const move = ({ store }: AnswerFileDeps, before: PaymentAttempt, after: PaymentAttempt, now: string) =>
  store.commit({
    proposalId: after.proposalId,
    now,
    events: [
      paymentEvent(
        now,
        `payment.${after.state}`,
        {
          tranche: after.tranche,
          attempt: after.attempt,
          endToEndId: after.endToEndId,
          reason: 'reasonCode' in after ? after.reasonCode : null,
          bankReference: 'bankReference' in after ? after.bankReference : null,
        },
        { kind: 'bank' },
      ),
    ],
    changes: [store.payments.put(before, after)],
  });

const wake = async ({ stepFunctions }: AnswerFileDeps, { state, taskToken }: PaymentAttempt) => {
  const outcome = bankOutcome(state);
  if (outcome !== undefined && taskToken !== undefined) await resume(stepFunctions, taskToken, { outcome });
};

/** Writes down what became of the file, once; a second delivery gets the first one's record. */
const record = async ({ store }: AnswerFileDeps, file: BankFile): Promise<BankFile> => {
  try {
    await store.commit({
      journal: 'bank',
      now: file.at,
      events: [
        paymentEvent(
          file.at,
          `answer.${file.outcome}`,
          {
            key: file.key,
            versionId: file.versionId,
            moved: file.moved,
            problems: file.problems.length,
            unknown: file.unknown.join(' '),
            contradictions: file.contradictions.join(' '),
          },
          { kind: 'bank' },
        ),
      ],
      changes: [store.bankFiles.create(file)],
    });
    return file;
  } catch (error) {
    const first =
      error instanceof AlreadyExists ? await store.bankFiles.find(file.key, file.versionId) : undefined;
    if (first === undefined) throw error;
    return first;
  }
};
