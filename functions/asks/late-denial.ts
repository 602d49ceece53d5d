/** Reports that a member denied something after the group's answer was clear, to those whom the kind names, with the answer. */
import { behaviourOf, type LateDenialDeps } from '#functions/asks/behaviour.ts';
import {
  type AnswerDeps,
  type AnswerRequest,
  type LateDenial,
  type Recorded,
  recordAndResume,
} from '#functions/asks/record-answer.ts';
import { reporting } from '#functions/notifications/report.ts';
import { asError } from '#functions/runtime/errors.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';

type Deps = LateDenialDeps & AnswerDeps;

/** Records an answer and resumes the execution; a member's denial that comes too late is reported in the same transaction. */
export function recordAndReport(deps: Deps, request: Omit<AnswerRequest, 'reportLate'>): Promise<Recorded> {
  return reporting(
    deps,
    request.now,
    (denial: LateDenial) => noticesOf(deps, denial, request.now),
    (reportLate) => recordAndResume(deps, { ...request, reportLate }),
  );
}

/** The answer must not wait for whom it is reported to: the record has it, and the log says that the report failed. */
async function noticesOf(deps: Deps, { part, proposal }: LateDenial, now: string): Promise<QueuedMessage[]> {
  try {
    return (await behaviourOf(part.kind).late?.notices(deps, proposal, part, now)) ?? [];
  } catch (error) {
    deps.logger.warn('A late denial is recorded; it could not be reported.', {
      askId: part.id,
      error: asError(error),
    });
    return [];
  }
}
