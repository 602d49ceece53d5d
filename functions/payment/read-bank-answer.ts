/**
 * A file arrived in the bank bucket's `inbox/`: applies it, and notifies the administrators when it cannot be read or
 * says something that fits no payment. The file stays where it is.
 *
 * Applies a file from the bank to the payments it speaks of.
 *
 * Files come in any order and more than once, whole or in parts. A file that cannot be read is quarantined whole and changes
 * nothing; lines that fit no payment, or contradict what was said before, change nothing and go onto the worklist.
 *
 * What a file says of single payments counts before what it says of a whole message. The latter is taken at its word only
 * where no transaction in it says otherwise, and only for the payments of exactly that message.
 */

import * as z from 'zod';
import { chunk } from '#domain/chunk.ts';
import { type PaymentAttempt, readEndToEndId } from '#domain/money/payment.ts';
import { isTreasury } from '#domain/money/rail.ts';
import { type BankFile, recordFile } from '#domain/money/received-file.ts';
import { present } from '#domain/present.ts';
import { writtenKept, writtenProblem } from '#domain/text/bilingual.ts';
import { writeNotices } from '#functions/notifications/notify.ts';
import { postOf } from '#functions/notifications/post.ts';
import { adminsFor } from '#functions/notifications/recipients.ts';
import { type Report, reporting, unreported } from '#functions/notifications/report.ts';
import type { MessageDeps } from '#functions/notifications/write-message.ts';
import { type ReceivedFile, readAnswerObject } from '#functions/payment/bank-objects.ts';
import { noteReceipts } from '#functions/payment/note-receipts.ts';
import { messageIdOf, paymentPartId } from '#functions/payment/rails/message-id.ts';
import type { BankEntry, BankReport, BatchStatus } from '#functions/payment/reconciliation/bank-entry.ts';
import { readBankFile } from '#functions/payment/reconciliation/reading.ts';
import type { Effect } from '#functions/payment/reconciliation/reconciling.ts';
import { applyLines, type WorklistDeps } from '#functions/payment/reconciliation/worklist.ts';
import { takeUpReturn } from '#functions/payment/return-payment.ts';
import { s3, stepFunctions } from '#functions/runtime/clients.ts';
import { eventHandler } from '#functions/runtime/handler.ts';
import { AlreadyExists } from '#functions/store/errors.ts';
import type { QueuedMessage } from '#functions/store/outbox.ts';
import type { Store } from '#functions/store/store.ts';
import { bankLists } from '#programmes/bank-lists.ts';
import { payingOffices } from '#programmes/index.ts';
import { receiptLists } from '#programmes/receipt-lists.ts';

export interface AnswerFileDeps extends WorklistDeps {
  store: WorklistDeps['store'] & Pick<Store, 'asks' | 'bankFiles' | 'runs'>;
}

/** Each line waits for the table a few times; a file of 30,000 is to be read within the function's quarter of an hour. */
const atOnce = 24;
/** Problems and lines that a record keeps, of files that are wrong throughout: an item holds 400 KB. */
const kept = 500;

/** The accounts that grants are paid from, by every office. */
const debitAccounts = new Set(payingOffices.map(({ debitAccount }) => debitAccount.number));

/** The work units whose SP2Ds move the money themselves. */
const satkers = new Set(payingOffices.flatMap(({ rail }) => (isTreasury(rail) ? [rail.satker] : [])));

/** @throws what the network throws; the file is then delivered again, and what was applied stays applied */
export async function applyBankFile(
  deps: AnswerFileDeps,
  received: ReceivedFile,
  report: Report<BankFile> = unreported,
): Promise<BankFile> {
  const { key, versionId, content, now } = received;
  const { report: said, problems } =
    'bytes' in content
      ? readBankFile(content.bytes, key, { debitAccounts, satkers, lists: bankLists, receiptLists })
      : { report: undefined, problems: content.problems };
  const nothing = {
    key,
    versionId,
    moved: 0,
    unknown: [],
    contradictions: [],
    paidAgain: [],
    kept: [],
    at: now,
  };
  if (said === undefined)
    return record(deps, { ...nothing, outcome: 'refused', problems: problems.slice(0, kept) }, report);
  const receipts = await noteReceipts(deps, said.receipts ?? [], { key, now });
  const effects = await applyReport(deps, said, { key, versionId }, now);
  const isTwice = (effect: Effect) => effect.effect === 'contradiction' && effect.why === 'twice';
  const namesOf = (wanted: Effect['effect'], twice = false) =>
    effects
      .filter(({ effect }) => effect.effect === wanted && isTwice(effect) === twice)
      .map(({ entry }) => nameOf(entry));
  const read: BankFile = {
    ...nothing,
    outcome: 'read',
    format: said.format,
    problems: [],
    moved: namesOf('moved').length + receipts.confirmed,
    unknown: namesOf('unknown').slice(0, kept),
    contradictions: [...namesOf('contradiction'), ...receipts.contradictions].slice(0, kept),
    paidAgain: namesOf('contradiction', true).slice(0, kept),
    kept: [...said.kept],
  };
  return record(deps, read, report);
}

/** What a line is called where it is reported. */
function nameOf({ endToEndId, bankReference, amount }: BankEntry): string {
  return endToEndId ?? bankReference ?? `Rp${amount ?? '?'}`;
}

interface Applied {
  entry: BankEntry;
  effect: Effect;
}

async function applyReport(
  deps: AnswerFileDeps,
  report: BankReport,
  file: { key: string; versionId: string },
  now: string,
): Promise<Applied[]> {
  const { groups, runId, format: channel, transactions } = report;
  const at = { runId, file, now };
  /** One payment's lines in the order of the file, those of different payments concurrently. */
  const applied = async (list: readonly (readonly BankEntry[])[]): Promise<Applied[]> => {
    const effects: Applied[] = [];
    for (const group of chunk(list, atOnce)) {
      const known = await namedIn(deps.store, group);
      const done = group.map((lines) => applyTogether(deps, lines, known, at));
      effects.push(...(await Promise.all(done)).flat());
    }
    return effects;
  };
  // First those that name their payment, because they also teach the bank's references, by which others are found.
  const named = transactions.filter(({ endToEndId }) => endToEndId !== undefined);
  const effects = await applied([...Map.groupBy(named, ({ endToEndId }) => endToEndId).values()]);
  const nameless = transactions.filter(({ endToEndId }) => endToEndId === undefined);
  effects.push(...(await applied([...Map.groupBy(nameless, (each) => each.bankReference).values()])));
  const spoken = new Set(transactions.flatMap(({ endToEndId }) => endToEndId ?? []));
  // Parts of a message come before the message itself.
  for (const group of groups) {
    if (!group.unanimous) continue;
    const members = await paymentsOf(deps.store, group);
    // What is said of a message that we did not send may be another sender's: nothing follows, and a person is asked.
    if (members === undefined) effects.push(...(await applied([[{ ...entryOfMessage(group), channel }]])));
    const ids = (members ?? []).filter((id) => !spoken.has(id));
    effects.push(
      ...(await applied(ids.map((endToEndId) => [{ ...entryOfOne(group, endToEndId), channel }]))),
    );
    for (const id of ids) spoken.add(id);
  }
  return effects.filter(({ entry, effect }) => entry.outcome !== 'CREDIT' || effect.effect !== 'unknown');
}

/** The payments that lines name, read at once. */
async function namedIn(
  { payments }: Pick<Store, 'payments'>,
  group: readonly (readonly BankEntry[])[],
): Promise<Map<string, PaymentAttempt>> {
  const pointers = group.flatMap(([entry]) => readEndToEndId(entry?.endToEndId ?? '') ?? []);
  return new Map((await payments.byPointers(pointers)).map((payment) => [payment.endToEndId, payment]));
}

/**
 * All that a file says of one payment. One that says both that it settled and that it was refused is believed in neither; lines that
 * name no payment are looked at one by one.
 */
async function applyTogether(
  deps: AnswerFileDeps,
  lines: readonly BankEntry[],
  payments: ReadonlyMap<string, PaymentAttempt>,
  at: { runId: string | undefined; file: { key: string; versionId: string }; now: string },
): Promise<Applied[]> {
  const says = (outcome: BankEntry['outcome']) => lines.some((each) => each.outcome === outcome);
  const endToEndId = lines[0]?.endToEndId;
  const contradicted = endToEndId !== undefined && says('SETTLED') && says('REJECTED');
  const together = endToEndId === undefined ? lines.map((entry) => [entry]) : [lines];
  const effects: Applied[] = [];
  for (const group of together) {
    const known = payments.get(endToEndId ?? '');
    const done = await applyLines(deps, group, { ...at, known, contradicted });
    effects.push(...group.flatMap((entry, index) => (done[index] && [{ entry, effect: done[index] }]) || []));
  }
  return effects;
}

/** What is said of a message as a whole, by the id that it names. */
function entryOfMessage({ outcome, reasonCode, reasonText, valueDate, messageId }: BatchStatus): BankEntry {
  return { outcome, bankReference: messageId, messageId, valueDate, reasonCode, reasonText };
}

function entryOfOne(
  { outcome, reasonCode, reasonText, valueDate, messageId }: BatchStatus,
  endToEndId: string,
): BankEntry {
  return present<BankEntry>({
    outcome,
    endToEndId,
    bankReference: undefined,
    amount: undefined,
    valueDate,
    reasonCode: outcome === 'REJECTED' ? (reasonCode ?? 'NARR') : undefined,
    reasonText: outcome === 'REJECTED' ? reasonText : undefined,
    messageId,
  });
}

/**
 * The payments of the message; undefined where the file does not say exactly which of our files it means. A file of text has no
 * message id: banks give the run's instead, which is clear only if the run wrote one file.
 */
async function paymentsOf(
  { runs }: Pick<Store, 'runs'>,
  { messageId, paymentId }: BatchStatus,
): Promise<string[] | undefined> {
  const run = await runs.get(messageId.slice(0, runIdLength));
  if (run === undefined) return undefined;
  const file =
    messageId === run.id && run.rails.length === 1
      ? run.rails[0]
      : run.rails.find((rail) => messageIdOf({ runId: run.id, file: rail }) === messageId);
  const parts = [undefined, messageId, paymentPartId(messageId)];
  if (file === undefined || !parts.includes(paymentId)) return undefined;
  const members = await runs.payments(run.id, file);
  return members.flatMap(({ endToEndId, withheld }) => (withheld ? [] : [endToEndId]));
}

/** `R20201005-0A1B2C3D`. */
const runIdLength = 18;

/** Writes down what became of the file, once, and reports it with that; a second delivery gets the first one's record. */
async function record(
  { store }: AnswerFileDeps,
  read: BankFile,
  report: Report<BankFile>,
): Promise<BankFile> {
  const { file, events } = recordFile(read);
  const changes = [store.bankFiles.create(file), ...(await report(file))];
  try {
    await store.commit({ journal: 'bank', now: file.at, events, changes });
    return file;
  } catch (error) {
    const first =
      error instanceof AlreadyExists ? await store.bankFiles.find(file.key, file.versionId) : undefined;
    if (first === undefined) throw error;
    return first;
  }
}

/** EventBridge's "Object Created" of a versioned bucket. */
const detail = z.object({
  object: z.object({ key: z.string(), size: z.number().default(0), 'version-id': z.string() }),
});

/** Problems that a mail lists; the record has all. */
const listed = 50;

/** What the administrators are notified of: a file that cannot be read, or that says something odd. */
async function fileNotices(
  deps: MessageDeps & { store: Pick<Store, 'people'> },
  { key, versionId, outcome, problems, unknown, contradictions, paidAgain, kept: keptLines }: BankFile,
  now: string,
): Promise<QueuedMessage[]> {
  // A status in which money may stand still has to be looked at, although it moves nothing.
  const isOddStatus = keptLines.some(({ what }) => what.code.startsWith('bank-kept-status'));
  const isOdd = isOddStatus || unknown.length + contradictions.length + paidAgain.length > 0;
  if (outcome === 'read' && !isOdd) return [];
  const admins = await adminsFor(deps.store.people, undefined);
  const common = { idPrefix: `bank-file.${key}.${versionId}.`, now };
  if (outcome !== 'read')
    return writeNotices(deps, admins, {
      ...common,
      template: 'bank-file-refused',
      facts: { key, problems: problems.slice(0, listed).map(writtenProblem) },
    });
  return writeNotices(deps, admins, {
    ...common,
    template: 'bank-file-odd',
    facts: {
      key,
      unknown: unknown.slice(0, listed),
      contradictions: contradictions.slice(0, listed),
      paidAgain: paidAgain.slice(0, listed),
      kept: keptLines.slice(0, listed).map(writtenKept),
    },
  });
}

export const handler = eventHandler('payment/read-bank-answer', detail, async ({ object }, tools) => {
  const { env, store, logger, now } = tools;
  const at = { key: object.key, versionId: object['version-id'], bytes: object.size };
  if (!at.key.startsWith('inbox/')) return;
  const content = await readAnswerObject(s3(), env.BANK_BUCKET, at);
  const messages = { store, ...postOf(env) };
  const returned = takeUpReturn({
    ...{ ...messages, stepFunctions: stepFunctions() },
    paymentMachineArn: env.PAYMENT_STATE_MACHINE_ARN,
    linkBaseUrl: env.LINK_BASE_URL,
  });
  const deps = { store, stepFunctions: stepFunctions(), returned };
  const { outcome, moved } = await reporting(
    messages,
    now,
    (file: BankFile) => fileNotices(messages, file, now),
    (report) => applyBankFile(deps, { ...at, content, now }, report),
  );
  logger.info('A file of the bank was looked at.', { key: at.key, outcome, moved });
});
