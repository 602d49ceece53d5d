/** The group hands in the papers of a tranche: all, those that were returned, or those that name another account. */

import { documentName } from '#domain/asks/documents.ts';
import { roundOf } from '#domain/asks/paper-rules.ts';
import { draftsFor, draftsOf, namesAccount } from '#domain/papers/drafts.ts';
import { returnedProblems } from '#domain/papers/paper-review.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { tranchesOf } from '#domain/proposal/proposal.ts';
import { problem } from '#domain/text/problem.ts';
import type { Behaviour } from '#functions/asks/behaviour.ts';
import { draftedPapers } from '#functions/payment/drafted-papers.ts';
import { trancheFacts } from '#functions/payment/tranche-facts.ts';
import { packOf } from '#programmes/index.ts';

function plannedOf(proposal: Proposal, tranche: number) {
  return tranchesOf(proposal).find(({ number }) => number === tranche);
}

export const trancheDocuments: Behaviour<'tranche-documents'> = {
  /** What is handed in once more, and why; the first time all papers are asked for. */
  opening(proposal, about, documents) {
    if (about.attempt !== undefined) {
      const naming = documents.filter(({ type }) => namesAccount(type));
      return {
        documents: naming,
        problems: naming.map(({ type }) => {
          const { id, en } = documentName(type);
          return problem('paper-account-changed', type, { document: `${id} / ${en}` });
        }),
      };
    }
    if (about.round === 1) return {};
    const returned = (plannedOf(proposal, about.tranche)?.papers ?? []).filter(
      ({ decision }) => decision === 'returned',
    );
    return {
      documents: documents.filter(({ type }) => returned.some((paper) => paper.type === type)),
      problems: returnedProblems(returned),
    };
  },
  problemsNamePapers: true,
  page: {
    facts: (shown) => trancheFacts(shown, shown.ask.about.tranche, { documents: false }),
    // Papers that were accepted, or do not name the account, are not asked for again.
    drafts: ({ proposal, ask: { about, documents } }) =>
      draftedPapers(
        proposal,
        about,
        draftsFor('group', packOf(proposal), about.tranche).filter((kind) =>
          draftsOf(documents).includes(kind),
        ),
      ),
  },
  // Progress is reported once: papers that are handed in again, or name another account, say nothing new of it.
  facts({ proposal, ask }) {
    const planned = plannedOf(proposal, ask.about.tranche);
    return planned !== undefined && roundOf(ask) === 1 ? { requiredProgress: planned.requiredProgress } : {};
  },
};
