/** The rejection, and the objection to it, on the pages of those who object and who decide on it. */
import { answeredAsk, reasonIn } from '#domain/asks/answered.ts';
import type { AskKind } from '#domain/asks/ask-kinds.ts';
import { objection as kind } from '#domain/asks/kinds/objection.ts';
import { writtenMoment, writtenProblem } from '#domain/text/bilingual.ts';
import type { AskedOf, ShownAsk } from '#functions/asks/behaviour.ts';
import { decisionBehind, rejectionComment } from '#functions/closing/rejection-comment.ts';
import { rejectionReason } from '#functions/notifications/messages/rejection-messages.ts';
import { downloadList, type StoredFile } from '#functions/web/downloads.ts';
import { factTable, section, sentences } from '#functions/web/fragments.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth } from '#functions/web/page.ts';

/**
 * The rejection, with the words of the deciding official.
 *
 * @param reader the group reads what it may; who judges the objection reads all of it
 */
export function rejectionSection({ proposal, asks }: ShownAsk, reader: 'group' | 'judge'): Piece {
  if (proposal.stage !== 'rejected') return undefined;
  const decision = decisionBehind(proposal, asks);
  const judged = reader === 'judge';
  const comment = judged ? decision && reasonIn(decision) : rejectionComment(proposal, asks, 'id');
  const uncorrected = proposal.reason === 'uncorrected' || proposal.reason === 'expired';
  return section({ id: 'Penolakan', en: 'The rejection' }, [
    html`<p>${inBoth(rejectionReason(proposal.reason))}</p>`,
    factTable([
      [{ id: 'Waktu', en: 'When' }, inBoth(writtenMoment(proposal.rejectedAt))],
      [
        { id: 'Diputuskan oleh', en: 'Decided by' },
        judged && decision?.answeredBy.kind === 'person' && decision.answeredBy.id,
      ],
      [{ id: 'Catatan pejabat', en: 'The official’s note' }, uncorrected ? undefined : comment],
    ]),
    uncorrected && proposal.problems !== undefined && sentences(proposal.problems.map(writtenProblem)),
  ]);
}

/** What the group objects with. */
export function objectionSection({ asks, downloads }: ShownAsk): Piece {
  const objection = answeredAsk(asks, kind, {});
  if (objection === undefined) return undefined;
  return section({ id: 'Keberatan kelompok', en: 'The group’s objection' }, [
    html`<p>${reasonIn(objection)}</p>`,
    factTable([[{ id: 'Waktu', en: 'When' }, inBoth(writtenMoment(objection.answeredAt))]]),
    downloadList(downloads),
  ]);
}

/** The files that the group handed in with its objection. */
export function objectionFiles({ asks }: AskedOf<AskKind>): readonly StoredFile[] {
  return answeredAsk(asks, kind, {})?.evidence ?? [];
}
