/** Money that goes back to the treasury: one item for each deposit that is owed, and one for each NTPN that proves one. */
import * as z from 'zod';
import {
  type Deposit,
  depositSchema,
  type TreasuryReceipt,
  treasuryReceiptSchema,
} from '#domain/money/deposit.ts';
import { type BankItem, bankItemSchema } from '#domain/money/worklist-item.ts';
import type { Change } from '#functions/store/commit.ts';
import {
  AlreadyExists,
  NotFound,
  NtpnUsed,
  ReceiptContradicted,
  StaleDeposit,
} from '#functions/store/errors.ts';
import { keys, statusKeys } from '#functions/store/keys.ts';
import {
  type Connection,
  conditions,
  getItem,
  getItems,
  parseRecord,
  queryItems,
  queryStatus,
  write,
} from '#functions/store/table.ts';

function keyOf({ proposalId, number }: Deposit) {
  return keys.deposit(proposalId, number);
}
function statusOf({ owedSince, proposalId, number }: Deposit) {
  return statusKeys.deposit(owedSince, proposalId, number);
}
function nameOf({ proposalId, number }: Deposit) {
  return `Deposit ${number} of ${proposalId}`;
}

/** An NTPN is free, or proves this very deposit. */
function freeOrMine({ proposalId, number }: Deposit) {
  return {
    text: 'attribute_not_exists(pk) OR (proposalId = :proposal AND #number = :number)',
    names: { '#number': 'number' },
    values: { ':proposal': proposalId, ':number': number },
  };
}

const ownerSchema = z.object({ proposalId: z.string(), number: z.int() });
const creditSchema = z.object({ question: bankItemSchema });

export function createDeposits(connection: Connection) {
  const find = async (proposalId: string, number: number): Promise<Deposit | undefined> => {
    const key = keys.deposit(proposalId, number);
    const attributes = await getItem(connection, key);
    return attributes && parseRecord(depositSchema, key, attributes);
  };
  return {
    find,

    /** @throws `NotFound` */
    get: async (proposalId: string, number: number): Promise<Deposit> => {
      const deposit = await find(proposalId, number);
      if (deposit === undefined) throw new NotFound(`Deposit ${number} of ${proposalId}`);
      return deposit;
    },

    /** Everything that a proposal owes or has paid back, in order. */
    list: async (proposalId: string): Promise<Deposit[]> => {
      const found = await queryItems(connection, keys.proposal(proposalId).pk, 'DEPOSIT#');
      return found.map(({ key, attributes }) => parseRecord(depositSchema, key, attributes));
    },

    /** Of all proposals, oldest first. */
    all: async (): Promise<Deposit[]> => {
      const found = await getItems(connection, await queryStatus(connection, 'DEPOSIT'));
      return found.map(({ key, attributes }) => parseRecord(depositSchema, key, attributes));
    },

    /** A new one, once. */
    create: (deposit: Deposit): Change => ({
      write: write.put(keyOf(deposit), deposit, { condition: conditions.absent, status: statusOf(deposit) }),
      onConflict: () => new AlreadyExists(nameOf(deposit)),
    }),

    /** Its next state; its `version` is the store's to raise. `StaleDeposit` when it changed since. */
    put: (before: Deposit, after: Deposit): Change => ({
      write: write.put(
        keyOf(after),
        { ...after, version: before.version + 1 },
        { condition: conditions.version(before.version), status: statusOf(after) },
      ),
      onConflict: () => new StaleDeposit(nameOf(after)),
    }),

    /** Takes an NTPN for this deposit; again for the same is no conflict. Otherwise `NtpnUsed`. */
    claimNtpn: (deposit: Deposit, ntpn: string): Change => ({
      write: write.put(
        keys.ntpn(ntpn),
        { proposalId: deposit.proposalId, number: deposit.number },
        { condition: freeOrMine(deposit) },
      ),
      onConflict: () => new NtpnUsed(ntpn),
    }),

    /** Which deposit an NTPN proves, if it is taken. */
    ofNtpn: async (ntpn: string): Promise<{ proposalId: string; number: number } | undefined> => {
      const key = keys.ntpn(ntpn);
      const attributes = await getItem(connection, key);
      return attributes && parseRecord(ownerSchema, key, attributes);
    },

    /** The treasury's list has this receipt; the same again is no conflict. `ReceiptContradicted` where a list said otherwise before. */
    noteReceipt: (receipt: TreasuryReceipt): Change => ({
      write: write.put(keys.ntpnReceipt(receipt.ntpn), receipt, {
        condition: {
          text: 'attribute_not_exists(pk) OR (amount = :amount AND paidOn = :day)',
          names: {},
          values: { ':amount': receipt.amount, ':day': receipt.paidOn },
        },
      }),
      onConflict: () => new ReceiptContradicted(receipt.ntpn),
    }),

    /** What the treasury's list says of an NTPN. */
    receiptOf: async (ntpn: string): Promise<TreasuryReceipt | undefined> => {
      const key = keys.ntpnReceipt(ntpn);
      const attributes = await getItem(connection, key);
      return attributes && parseRecord(treasuryReceiptSchema, key, attributes);
    },

    /**
     * Our own account has a credit under a reference that looks like this NTPN; of several, the last. It proves nothing.
     * @param question what is asked about it once a group hands that NTPN in
     */
    noteCredit: (ntpn: string, question: BankItem): Change => ({
      write: write.put(keys.ntpnCredit(ntpn), { question }),
      onConflict: () => new NtpnUsed(ntpn),
    }),

    /** The question about such a credit, as it was noted. */
    creditOf: async (ntpn: string): Promise<BankItem | undefined> => {
      const key = keys.ntpnCredit(ntpn);
      const attributes = await getItem(connection, key);
      return attributes && parseRecord(creditSchema, key, attributes).question;
    },

    /** The NTPN proved nothing, so its owner may use it. */
    releaseNtpn: (deposit: Deposit, ntpn: string): Change => ({
      write: write.delete(keys.ntpn(ntpn), freeOrMine(deposit)),
      onConflict: () => new NtpnUsed(ntpn),
    }),
  };
}
