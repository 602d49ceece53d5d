/**
 * Claims another account that the group gave after a refusal or a return, as the checks claim the first: one account belongs to
 * one living proposal. Where another living proposal has it, it goes back to the group, and that one is marked for its officials.
 *
 * Claimed is under the account's keyed hash, in the transaction that notes it in the tranche; of two that give one account at the
 * same time the later writer looks again. What the group gave in the turn before is given up: it did not become its account. What
 * the group was paid to before stays claimed until its proposal ends, because money may still come back from there.
 */
import * as z from 'zod';
import { answeredAs } from '#domain/asks/answered.ts';
import { accountAcceptance } from '#domain/asks/kinds/account-acceptance.ts';
import { proposalIdSchema } from '#domain/identifiers.ts';
import { noteAccountClaim } from '#domain/proposal/account-claims.ts';
import { noteGivenAccount, refuseAccount } from '#domain/proposal/tranche-payment.ts';
import { inPayment, trancheIn } from '#domain/proposal/tranches.ts';
import type { TrancheStep } from '#functions/payment/tranche.ts';
import { AccountNotCorrected, givenAccount } from '#functions/payment/tranche-answers.ts';
import { secretsManager } from '#functions/runtime/clients.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { type PersonalData, personalDataFrom } from '#functions/runtime/personal-data.ts';
import { AccountAlreadyClaimed } from '#functions/store/errors.ts';
import { retryOnConflict } from '#functions/store/retry-on-conflict.ts';
import type { Store } from '#functions/store/store.ts';

export interface ClaimStep extends TrancheStep {
  /** The attempt that was refused. */
  attempt: number;
  /** Counts the accounts that the group gave for it, from 1. */
  turn: number;
}

interface ClaimDeps {
  store: Pick<Store, 'accountClaims' | 'asks' | 'proposals'>;
  personalData: Pick<PersonalData, 'hashAccount'>;
}

/** `in-use`: another living proposal has the account. */
export type Claimed = 'claimed' | 'in-use';

/** Rounds of looking and claiming when other groups claim in between. */
const maxRaces = 5;

/** @throws {AccountNotCorrected} {WrongStage} {WrongTranche} {TooMuchContention} */
export function claimAccount({ store, personalData }: ClaimDeps, step: ClaimStep): Promise<Claimed> {
  const { proposalId, tranche, attempt, turn, now } = step;
  const conflicts = [AccountAlreadyClaimed];
  return retryOnConflict(
    { what: `The account of ${proposalId}`, rounds: maxRaces, conflicts },
    async (): Promise<Claimed> => {
      const asks = await store.asks.bySubject(proposalId);
      const given = givenAccount(asks, step);
      if (given === undefined) throw new AccountNotCorrected(proposalId, tranche, attempt);
      // A call that comes late finds that the PPK has answered.
      if (answeredAs(asks, accountAcceptance, { tranche, attempt, turn }) !== undefined) return 'claimed';
      const hash = personalData.hashAccount(given.account);
      const met = await store.accountClaims.look(hash);
      const isOthers = met?.lives === true && met.proposalId !== proposalId;
      if (isOthers) {
        const id = proposalIdSchema.parse(proposalId);
        await store.proposals.update(met.proposalId, now, (earlier) => ({
          ...noteAccountClaim(earlier, id, now),
          result: undefined,
        }));
      }
      return store.proposals.update(proposalId, now, async (before) => {
        const proposal = inPayment(before, 'have another account');
        const { accountGiven, accountSentBack } = trancheIn(proposal, tranche, 'paid to another account');
        const noted = isOthers ? accountSentBack : accountGiven;
        if (noted?.attempt === attempt && noted.turn === turn)
          return { result: isOthers ? 'in-use' : 'claimed' };
        const earlier = givenAccount(asks, { ...step, turn: turn - 1 })?.account;
        const old = earlier && personalData.hashAccount(earlier);
        const isKept =
          old === undefined || old === hash || old === personalData.hashAccount(proposal.content.account);
        const changes = isKept ? [] : await store.accountClaims.release(old, proposalId);
        if (isOthers) return { ...refuseAccount(proposal, step, undefined, now), changes, result: 'in-use' };
        return {
          ...noteGivenAccount(proposal, step, now),
          changes: [...changes, ...store.accountClaims.claim(hash, proposalId, now, met)],
          result: 'claimed',
        };
      });
    },
  );
}

const eventSchema = z.object({
  proposalId: z.string(),
  tranche: z.int().positive(),
  attempt: z.int().positive(),
  turn: z.int().positive(),
  now: nowSchema,
});

export const handler = taskHandler(
  'payment/claim-account',
  eventSchema,
  async (step, { env, store, logger }) => {
    const personalData = await personalDataFrom(secretsManager(), env.PERSONAL_DATA_SECRET_ARN);
    const outcome = await claimAccount({ store, personalData }, step);
    logger.info('Another account was looked at.', {
      tranche: step.tranche,
      attempt: step.attempt,
      turn: step.turn,
      outcome,
    });
    return { outcome };
  },
);
