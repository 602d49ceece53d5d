/**
 * What the treasury's list says of money in kas negara: each receipt is noted under its NTPN, for the group that hands it in later; a
 * deposit that waits to be looked up is looked up by it, and the KPPN is not asked any more.
 */
import type { SFNClient } from '@aws-sdk/client-sfn';
import { depositCheck } from '#domain/asks/kinds/deposit-check.ts';
import { chunk } from '#domain/chunk.ts';
import { receiptProblems, type TreasuryReceipt } from '#domain/money/deposit.ts';
import type { ListedReceipt } from '#functions/payment/reconciliation/bank-entry.ts';
import { resume } from '#functions/runtime/resume.ts';
import { AskAlreadyAnswered, ReceiptContradicted } from '#functions/store/errors.ts';
import type { Store } from '#functions/store/store.ts';

export interface ReceiptDeps {
  store: Pick<Store, 'asks' | 'commit' | 'deposits'>;
  stepFunctions: SFNClient;
}

/** Each is a write of its own, and few are of a group that waits. */
const atOnce = 24;

/** @returns how many deposits it confirms, and the NTPNs about which it contradicts a list or a group, for a person */
export async function noteReceipts(
  deps: ReceiptDeps,
  listed: readonly ListedReceipt[],
  at: { key: string; now: string },
): Promise<{ confirmed: number; contradictions: string[] }> {
  const ends: { ntpn: string; end: End }[] = [];
  for (const part of chunk(listed, atOnce))
    ends.push(
      ...(await Promise.all(
        part.map(async (each) => ({
          ntpn: each.ntpn,
          end: await noteReceipt(deps, { ...each, file: at.key }, at.now),
        })),
      )),
    );
  return {
    confirmed: ends.filter(({ end }) => end === 'confirms').length,
    contradictions: ends.filter(({ end }) => end === 'contradicts').map(({ ntpn }) => ntpn),
  };
}

type End = 'noted' | 'confirms' | 'contradicts';

async function noteReceipt(
  { store, stepFunctions }: ReceiptDeps,
  receipt: TreasuryReceipt,
  now: string,
): Promise<End> {
  const { ntpn } = receipt;
  try {
    await store.commit({ journal: 'bank', now, events: [], changes: [store.deposits.noteReceipt(receipt)] });
  } catch (error) {
    if (error instanceof ReceiptContradicted) return 'contradicts';
    throw error;
  }
  const owner = await store.deposits.ofNtpn(ntpn);
  const deposit = owner && (await store.deposits.find(owner.proposalId, owner.number));
  if (deposit === undefined || !('slip' in deposit) || deposit.slip.ntpn !== ntpn) return 'noted';
  if (receiptProblems({ ...deposit, state: 'handed-in' }, receipt).length > 0) return 'contradicts';
  if (deposit.state !== 'handed-in') return 'noted';
  const asked = (await store.asks.openBySubject(deposit.proposalId)).filter(
    ({ kind, about }) => kind === depositCheck.name && about.deposit === deposit.number,
  );
  for (const ask of asked) {
    try {
      const changes = store.asks.put(ask, { ...ask, status: 'cancelled', cancelledAt: now });
      await store.commit({ proposalId: deposit.proposalId, now, events: [], changes });
    } catch (error) {
      // A person of the treasury was faster.
      if (error instanceof AskAlreadyAnswered) continue;
      throw error;
    }
    // The execution looks for the receipt itself, and enters the deposit.
    if (ask.taskToken !== undefined)
      await resume(stepFunctions, ask.taskToken, { outcome: 'confirmed', askId: ask.id });
  }
  return 'confirms';
}
