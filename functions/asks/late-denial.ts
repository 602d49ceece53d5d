/** Reports that a member denied something after the group's answer was clear, to those whom the kind names. */
import type { Ask } from '#domain/asks/ask.ts';
import { behaviourOf, type LateDenialDeps } from '#functions/asks/behaviour.ts';
import type { AnswerDeps } from '#functions/asks/record-answer.ts';
import { asError } from '#functions/runtime/errors.ts';

/**
 * A mail that cannot be sent does not undo the answer: the record has it, and the log says that the report failed.
 *
 * @param part the member's part of the group's ask
 */
export async function reportLateDenial(
  deps: LateDenialDeps & Pick<AnswerDeps, 'logger'>,
  part: Ask,
  now: string,
): Promise<void> {
  try {
    const proposal = await deps.store.proposals.get(part.subject.id);
    await behaviourOf(part.kind).late?.report(deps, proposal, part, now);
  } catch (error) {
    deps.logger.warn('A late denial is recorded; it could not be reported.', {
      askId: part.id,
      error: asError(error),
    });
  }
}
