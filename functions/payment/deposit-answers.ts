/**
 * What the answers about money that goes back do to it, in the transaction that records the answer: an LPJ that states a
 * leftover makes it owed, a billing code is noted, a slip takes its NTPN for ever, a refused slip gives it back.
 */

import { aboutText } from '#domain/asks/about.ts';
import type { OpenAsk } from '#domain/asks/ask.ts';
import type { Answer, AskKind } from '#domain/asks/ask-kinds.ts';
import { kinds } from '#domain/asks/kinds.ts';
import { bill, type Deposit, expireBilling, handIn, owe, refuseSlip } from '#domain/money/deposit.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import type { Actor } from '#domain/proposal/audit.ts';
import { event, type ProposalEvent } from '#domain/proposal/events.ts';
import { oweDeposit, type Proposal } from '#domain/proposal/proposal.ts';
import type { Change } from '#functions/store/commit.ts';
import type { Store } from '#functions/store/store.ts';

/** What an answer changes besides the ask. */
export interface Consequences {
  proposal?: Proposal;
  changes: Change[];
  events: ProposalEvent[];
  /** What the recorded ask notes of it: the number of the deposit that it made owed. */
  facts?: { deposit: number };
}

/** Which deposit, as its events have it. */
export function aboutDeposit({ number, amount }: Pick<Deposit, 'number' | 'amount'>) {
  return { deposit: number, amount };
}

interface Given {
  proposal: Proposal;
  ask: OpenAsk;
  answer: Answer;
  by: Actor;
  now: string;
}

const nothing: Consequences = { changes: [], events: [] };

/** The answer as its kind reads it; undefined for an answer to something else. */
function answerTo<Kind extends AskKind>(
  kind: Kind,
  { ask, answer }: Pick<Given, 'ask' | 'answer'>,
): Answer<Kind> | undefined {
  return ask.kind === kind ? (kinds[kind].answer.parse(answer) as Answer<Kind>) : undefined;
}

/** @throws {MoreThanPaid} {WrongDepositState} {WrongStage} `NotFound`; a taken NTPN is the transaction's `NtpnUsed` */
export async function depositConsequences(
  store: Pick<Store, 'deposits'>,
  given: Given,
): Promise<Consequences> {
  const lpj = answerTo('lpj', given);
  if (lpj !== undefined && lpj.leftover > 0) return leftOver(store, given, lpj.leftover);
  const { ask, by, now } = given;
  const billing = answerTo('deposit-billing', given);
  const slip = answerTo('deposit-slip', given);
  const check = answerTo('deposit-check', given);
  if (billing === undefined && slip === undefined && check?.outcome !== 'refused') return nothing;
  const { deposit: number = 0, round = 0 } = ask.about;
  const before = await store.deposits.get(ask.proposalId, number);
  const moved = (after: Deposit, recorded: ProposalEvent, ...more: Change[]): Consequences => ({
    changes: [store.deposits.put(before, after), ...more],
    events: [recorded],
  });
  const about = aboutDeposit(before);
  if (billing !== undefined) {
    const { billingCode: code, expiresOn } = billing;
    const who = by.kind === 'person' ? by.id : by.kind;
    return moved(
      bill(before, { code, expiresOn, by: who }, round),
      event(now, 'deposit.billed', { ...about, code, expiresOn }, by),
    );
  }
  if (slip?.outcome === 'deposited') {
    const { ntpn, depositedOn } = slip;
    const after = handIn(before, { ntpn, depositedOn, at: now });
    return moved(
      after,
      event(now, 'deposit.handed-in', { ...about, ntpn, depositedOn }, by),
      store.deposits.claimNtpn(after, ntpn),
    );
  }
  if (slip !== undefined)
    return moved(expireBilling(before), event(now, 'deposit.code-expired', { ...about, round }, by));
  const ntpn = before.state === 'handed-in' ? before.slip.ntpn : '';
  return moved(
    refuseSlip(before),
    event(now, 'deposit.refused', { ...about, ntpn }, by),
    store.deposits.releaseNtpn(before, ntpn),
  );
}

function leftOver(
  store: Pick<Store, 'deposits'>,
  { proposal: before, ask, by, now }: Given,
  leftover: number,
): Consequences {
  const amount = rupiah(leftover);
  const { proposal, number } = oweDeposit(before, { amount }, now);
  const why = { origin: 'leftover', lpj: aboutText(ask.kind, ask.about) } as const;
  const owed = owe({ proposalId: before.id, number, why, amount }, now);
  return {
    proposal,
    changes: [store.deposits.create(owed)],
    events: [event(now, 'deposit.owed', { ...aboutDeposit(owed), origin: 'leftover', lpj: why.lpj }, by)],
    facts: { deposit: number },
  };
}
