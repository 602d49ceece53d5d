/**
 * Money that goes back to the treasury: what a group owes, from its first rupiah stated or recalled to its confirmed deposit.
 *
 * A group deposits into kas negara through the state revenue system (MPN G2): an office has SIMPONI issue a billing code,
 * the group pays it at a bank or post office before it expires, and receives a slip (BPN) with its NTPN, which the
 * treasury (KPPN) can look up. Jaring cannot issue a billing code and cannot look up an NTPN: people bring both.
 */
import * as z from 'zod';
import { personIdSchema } from '../people/person.ts';
import type { Actor } from '../proposal/audit.ts';
import { event, type ProposalEvent } from '../proposal/events.ts';
import { type Problem, problem, problemSchema } from '../text/problem.ts';
import { billingCodeSchema, ntpnSchema } from './receipt-numbers.ts';
import { formatRupiah, rupiahSchema } from './rupiah.ts';

const billingSchema = z.strictObject({
  code: billingCodeSchema,
  /** The last day on which banks take it, Jakarta. */
  expiresOn: z.iso.date(),
  by: z.string(),
});
type Billing = z.output<typeof billingSchema>;

const slipSchema = z.strictObject({
  ntpn: ntpnSchema,
  depositedOn: z.iso.date(),
  at: z.iso.datetime(),
});
type Slip = z.output<typeof slipSchema>;

/**
 * Who says that the money is in kas negara: a person of the treasury who looked it up, or a list of the treasury's own. Nothing that is
 * booked on our account says it.
 */
const confirmationSchema = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('person'), personId: z.string() }),
  z.strictObject({ by: z.literal('treasury-list'), file: z.string() }),
]);
export type Confirmation = z.output<typeof confirmationSchema>;

/** Why money is owed: the group did not spend it, or an official wants it back. */
const originSchema = z.discriminatedUnion('origin', [
  z.strictObject({
    origin: z.literal('leftover'),
    /** The key of the LPJ that states it. */
    lpj: z.string(),
  }),
  z.strictObject({
    origin: z.literal('recalled'),
    tranche: z.int().min(1),
    /** The number of the decision that it rests on. */
    decision: z.string(),
    reason: z.string(),
    by: personIdSchema,
  }),
]);

const common = {
  schemaVersion: z.literal(1),
  /** Counts the writes, for optimistic locking. */
  version: z.int().min(1),
  proposalId: z.string(),
  /** Counts from 1 within the proposal. */
  number: z.int().min(1),
  why: originSchema,
  amount: rupiahSchema,
  owedSince: z.iso.datetime(),
  /** The round that was begun last: each asks for a billing code of its own. */
  round: z.int().min(1),
};
const handedIn = { billing: billingSchema, slip: slipSchema };

/** What a group owes kas negara, by its state. */
export const depositSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('owed'), ...common }),
  z.strictObject({ state: z.literal('billed'), ...common, billing: billingSchema }),
  /** The group says that it has paid, and no one has confirmed it yet. */
  z.strictObject({ state: z.literal('handed-in'), ...common, ...handedIn }),
  z.strictObject({
    state: z.literal('deposited'),
    ...common,
    ...handedIn,
    confirmed: confirmationSchema,
    depositedAt: z.iso.datetime(),
  }),
  /** Demanded by mistake. */
  z.strictObject({
    state: z.literal('cancelled'),
    ...common,
    cancelledAt: z.iso.datetime(),
    reason: z.string(),
    by: personIdSchema,
  }),
]);
export type Deposit = z.output<typeof depositSchema>;
type DepositState = Deposit['state'];
/** A deposit in one state. */
export type DepositIn<State extends DepositState> = Extract<Deposit, { state: State }>;

/** Thrown when a deposit is moved from a state that does not lead there. */
export class WrongDepositState extends Error {
  override readonly name = 'WrongDepositState';
  constructor({ proposalId, number, state }: Deposit, step: string) {
    super(`deposit ${number} of ${proposalId} is ${state}; it cannot be ${step}`);
  }
}

function inState<State extends DepositState>(
  deposit: Deposit,
  allowed: readonly State[],
  step: string,
): DepositIn<State> {
  const isAllowed = (one: Deposit): one is DepositIn<State> => allowed.some((state) => state === one.state);
  if (!isAllowed(deposit)) throw new WrongDepositState(deposit, step);
  return deposit;
}

/** What every state has. */
function base({ schemaVersion, version, proposalId, number, why, amount, owedSince, round }: Deposit) {
  return {
    ...{ schemaVersion, version, proposalId, number, why, amount, owedSince, round },
  };
}

/** A deposit as it is after a transition, and what the record of its proposal says of that. */
export interface DecidedDeposit<D extends Deposit = Deposit> {
  deposit: D;
  events: readonly ProposalEvent[];
}

/** Which deposit, as its events have it. */
function about({ number, amount }: Pick<Deposit, 'number' | 'amount'>) {
  return { deposit: number, amount };
}

/** Money is owed. @param amount whole rupiah, more than 0 */
export function owe(
  facts: Pick<Deposit, 'proposalId' | 'number' | 'why' | 'amount'>,
  by: Actor,
  now: string,
): DecidedDeposit<DepositIn<'owed'>> {
  const { why } = facts;
  return {
    deposit: { state: 'owed', schemaVersion: 1, version: 1, ...facts, owedSince: now, round: 1 },
    events: [
      event(
        now,
        'deposit.owed',
        why.origin === 'recalled'
          ? { ...about(facts), origin: 'recalled', tranche: why.tranche, decision: why.decision }
          : { ...about(facts), origin: 'leftover', lpj: why.lpj },
        by,
      ),
    ],
  };
}

/** An office brought a billing code; one that comes later replaces one that was not paid. @throws {WrongDepositState} */
export function billDeposit(
  deposit: Deposit,
  { code, expiresOn, round, by }: Pick<Billing, 'code' | 'expiresOn'> & { round: number; by: Actor },
  now: string,
): DecidedDeposit<DepositIn<'billed'>> {
  const billing = { code, expiresOn, by: by.kind === 'person' ? by.id : by.kind };
  return {
    deposit: { ...base(inState(deposit, ['owed', 'billed'], 'billed')), state: 'billed', round, billing },
    events: [event(now, 'deposit.billed', { ...about(deposit), code, expiresOn }, by)],
  };
}

/** The billing code can be paid no longer. @throws {WrongDepositState} */
export function expireDepositBilling(
  deposit: Deposit,
  { round, by }: { round: number; by: Actor },
  now: string,
): DecidedDeposit<DepositIn<'owed'>> {
  return {
    deposit: { ...base(inState(deposit, ['owed', 'billed'], 'billed again')), state: 'owed' },
    events: [event(now, 'deposit.code-expired', { ...about(deposit), round }, by)],
  };
}

/** The group handed in its slip. @throws {WrongDepositState} */
export function handInSlip(
  deposit: Deposit,
  { ntpn, depositedOn, by }: Pick<Slip, 'ntpn' | 'depositedOn'> & { by: Actor },
  now: string,
): DecidedDeposit<DepositIn<'handed-in'>> {
  const slip = { ntpn, depositedOn, at: now };
  return {
    deposit: { ...inState(deposit, ['billed'], 'handed in'), state: 'handed-in', slip },
    events: [event(now, 'deposit.handed-in', { ...about(deposit), ntpn, depositedOn }, by)],
  };
}

/** The slip is no proof: the group is asked for another. @returns also the NTPN of that slip @throws {WrongDepositState} */
export function refuseDepositSlip(
  deposit: Deposit,
  by: Actor,
  now: string,
): DecidedDeposit<DepositIn<'billed'>> & { ntpn: string } {
  const { slip, ...rest } = inState(deposit, ['handed-in'], 'refused');
  const { ntpn } = slip;
  return {
    deposit: { ...rest, state: 'billed' },
    events: [event(now, 'deposit.refused', { ...about(deposit), ntpn }, by)],
    ntpn,
  };
}

/** A deposit that was not made in time is asked for again. @param round counts from 1 */
export function askDepositAgain(
  deposit: Deposit,
  { round, by }: { round: number; by: Actor },
  now: string,
): DecidedDeposit {
  return {
    deposit: { ...deposit, round },
    events: [event(now, 'deposit.resumed', { ...about(deposit), round }, by)],
  };
}

/** A receipt as the treasury's list has it. */
export const treasuryReceiptSchema = z.strictObject({
  ntpn: ntpnSchema,
  amount: rupiahSchema,
  /** When it was paid: `yyyy-mm-dd`. */
  paidOn: z.iso.date(),
  /** Absent where the list has no such column, or leaves it empty. */
  billingCode: billingCodeSchema.optional(),
  /** The file that says it first. */
  file: z.string(),
});
export type TreasuryReceipt = z.output<typeof treasuryReceiptSchema>;

/** In what a receipt differs from what the group says of its deposit; nothing where it proves the deposit. */
export function receiptProblems(
  { amount, billing, slip }: DepositIn<'handed-in'>,
  receipt: TreasuryReceipt,
): Problem[] {
  const problems: Problem[] = [];
  if (receipt.amount !== amount)
    problems.push(
      problem('receipt-amount-differs', 'amount', {
        listed: formatRupiah(receipt.amount),
        owed: formatRupiah(amount),
      }),
    );
  if (receipt.paidOn !== slip.depositedOn)
    problems.push(
      problem('receipt-day-differs', 'depositedOn', { listed: receipt.paidOn, stated: slip.depositedOn }),
    );
  if (receipt.billingCode !== undefined && receipt.billingCode !== billing.code)
    problems.push(
      problem('receipt-billing-differs', 'billingCode', {
        listed: receipt.billingCode,
        issued: billing.code,
      }),
    );
  return problems;
}

/** The money is in kas negara. @throws {WrongDepositState} */
export function confirm(
  deposit: Deposit,
  confirmed: Confirmation,
  now: string,
): DecidedDeposit<DepositIn<'deposited'>> {
  const before = inState(deposit, ['handed-in'], 'confirmed');
  const { why, slip } = before;
  return {
    deposit: { ...before, state: 'deposited', confirmed, depositedAt: now },
    events: [
      event(now, 'deposit.confirmed', {
        ...about(before),
        ...(why.origin === 'recalled' && { tranche: why.tranche }),
        ...{ ntpn: slip.ntpn, depositedOn: slip.depositedOn },
        by: confirmed.by === 'person' ? confirmed.personId : confirmed.by,
      }),
    ],
  };
}

/** It was demanded by mistake; not once the group says that it has paid. @throws {WrongDepositState} */
export function cancel(
  deposit: Deposit,
  { by, reason }: { by: string; reason: string },
  now: string,
): DecidedDeposit<DepositIn<'cancelled'>> {
  const before = base(inState(deposit, ['owed', 'billed'], 'cancelled'));
  return {
    deposit: { ...before, state: 'cancelled', cancelledAt: now, by, reason },
    events: [event(now, 'deposit.cancelled', about(deposit), { kind: 'person', id: by })],
  };
}

/** The billing code that is valid, or that was paid; undefined before and after. */
export function billingOf(deposit: Deposit): Billing | undefined {
  return deposit.state === 'owed' || deposit.state === 'cancelled' ? undefined : deposit.billing;
}

/** The slip that the group handed in, as long as it is not refused. */
export function slipOf(deposit: Deposit): Slip | undefined {
  return deposit.state === 'handed-in' || deposit.state === 'deposited' ? deposit.slip : undefined;
}

/** Whether the money is still outside kas negara, as far as anyone has confirmed. */
export function isOutstanding({ state }: Pick<Deposit, 'state'>): boolean {
  return state !== 'deposited' && state !== 'cancelled';
}

/** Money that goes back to the treasury, as the proposal that owes it sums it up. */
export const depositSummarySchema = z.strictObject({
  number: z.int().min(1),
  /** The tranche that it was recalled from; absent for what was left over of all. */
  tranche: z.int().min(1).optional(),
  amount: rupiahSchema,
  status: z.enum(['owed', 'deposited', 'cancelled']),
  depositedAt: z.iso.datetime().optional(),
  /** In what the treasury's list differs from the slip that waits to be confirmed. */
  doubts: z.array(problemSchema).optional(),
});
export type DepositSummary = z.output<typeof depositSummarySchema>;
