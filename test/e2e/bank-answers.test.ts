/** What a bank sends in its own formats, from the bucket to the group's money: matched, listed for a person, or set aside. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noteRunning } from '#cli/cloud/home.ts';
import { runProgram } from '#cli/program.ts';
import type { PaymentAttempt } from '#domain/money/payment.ts';
import { runOf, sentAtOf } from '#domain/money/payment.ts';
import { type AnswerFormat, type BankAdvice, extensions, writeLetter } from '#players/bank/bank-answers.ts';
import { printedBy } from '../captured-output.ts';
import { startWorld, tkmGroup, type World } from './world.ts';

let world: World;
let home: string;
const admin = 'maya.sitompul';
const ids: string[] = [];
let third: string;

async function paymentOf(id: string, attempt = 1): Promise<PaymentAttempt> {
  return world.connection.store.payments.get(id, 1, attempt);
}
async function stateOf(id: string) {
  return (await world.connection.store.payments.find(id, 1, 1))?.state;
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'jaring-bank-'));
  world = await startWorld();
  await noteRunning(home, world.endpoint);
  for (const number of [61, 62]) {
    const packet = tkmGroup(number);
    world.bank.ignore(packet.proposal.account.number);
    const { holder } = packet.proposal.account;
    const another = {
      fields: { bankCode: '008', number: `77${number}00${number}`.padStart(13, '0'), holder },
    };
    ids.push(await world.submit(packet, { 'account-correction': () => another }));
  }
  // A third goes the usual way, with a bank that answers by notifications: they cannot report its refusal.
  world.bank.answerIn('camt.054');
  const refused = tkmGroup(63);
  world.bank.refuse(refused.proposal.account.number);
  const { holder } = refused.proposal.account;
  third = await world.submit(refused, {
    'account-correction': () => ({ fields: { bankCode: '008', number: '0007777700063', holder } }),
  });
  await world.playUntil(
    async () =>
      (await Promise.all(ids.map(stateOf))).every((state) => state === 'sent') &&
      (await world.proposal(third)).stage === 'follow-up',
  );
});
afterAll(async () => {
  await world?.stop();
  await rm(home, { recursive: true, force: true });
});

let letters = 0;
async function put(name: string, body: string) {
  const { s3, outputs } = world.connection;
  await s3.send(new PutObjectCommand({ Bucket: outputs.BankBucketName, Key: `inbox/${name}`, Body: body }));
  await world.settle();
}
async function send(
  format: AnswerFormat,
  id: string,
  change: Partial<BankAdvice> & Pick<BankAdvice, 'status'>,
) {
  const payment = await paymentOf(id);
  const { endToEndId, amount, debitAccount } = payment;
  const sentAt = sentAtOf(payment);
  if (sentAt === undefined) throw new Error(`${endToEndId} was not sent`);
  const day = sentAt.slice(0, 10);
  const letter = writeLetter(format, {
    id: `L-${++letters}`,
    day,
    debitAccount: debitAccount.number,
    original: { messageId: runOf(payment) ?? '' },
    partial: true,
    advices: [{ endToEndId, amount, day, ...change } as BankAdvice],
  });
  await put(`letter-${letters}.${extensions[format]}`, letter);
}

async function jaring(expected: number, ...args: string[]): Promise<string> {
  let code: number | undefined;
  const printed = await printedBy(async () => {
    code = await runProgram([...args, '--home', home]);
  });
  expect(code, printed).toBe(expected);
  return printed;
}

describe('a bank that answers in its own formats', () => {
  test('refuses by pain.002 and settles by camt.054, without a word of those that it does not speak of', async () => {
    const { store, s3, outputs } = world.connection;
    expect(await store.payments.get(third, 1, 1)).toMatchObject({ state: 'rejected', reasonCode: 'AC01' });
    expect(await store.payments.get(third, 1, 2)).toMatchObject({ state: 'settled' });
    expect(await Promise.all(ids.map(stateOf))).toEqual(['sent', 'sent']);
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: outputs.BankBucketName, Prefix: 'inbox/' }),
    );
    const endings = Contents.map(({ Key = '' }) => Key.replace(/^.*answer\./, ''));
    expect(new Set(endings)).toEqual(new Set(['camt054.xml', 'pain002.xml']));
  });

  test('quarantines a file that is no message of a bank’s: it stays, changes nothing, and raises an alarm', async () => {
    await put(
      'odd.xml',
      '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document>&x;</Document>',
    );
    const [mail] = (await world.mails()).filter(({ subject }) => subject.includes('inbox/odd.xml'));
    expect(mail?.text).toContain('DOCTYPE');
    expect(await jaring(0, 'bank', 'refused')).toMatch(/inbox\/odd\.xml .*\n {2}- .*DOCTYPE/);
    expect(await stateOf(ids[0] ?? '')).toBe('sent');
  });

  test('settles by MT940 what it has accepted by pain.002, without naming it again', async () => {
    const [id = ''] = ids;
    await send('pain.002', id, { status: 'ACSP', reference: 'BANK-1' });
    expect(await stateOf(id)).toBe('accepted');
    await send('mt940', id, { status: 'ACSC', reference: 'BANK-1', endToEndId: undefined });
    expect((await world.proposal(id)).stage).toBe('follow-up');
    expect(await paymentOf(id)).toMatchObject({ state: 'settled', bankReference: 'BANK-1' });
  });

  test('returns what had settled: the group is notified and asked for another account, and is paid again', async () => {
    const [id = ''] = ids;
    const { budgetLine } = (await world.inStage(id, 'follow-up')).award;
    const budget = () => world.connection.store.budgets.get(budgetLine);
    const before = await budget();
    await send('camt.053', id, { status: 'RETURNED', reference: 'BANK-1R', reason: 'AC04' });
    const { amount } = await paymentOf(id);
    expect(await paymentOf(id)).toMatchObject({ state: 'returned', reasonCode: 'AC04' });
    expect(await budget()).toMatchObject({
      paid: (before?.paid ?? 0) - amount,
      reserved: (before?.reserved ?? 0) + amount,
    });
    const notices = (await world.mails()).filter(({ subject }) =>
      subject.startsWith('Dana tahap 1 dikembalikan bank'),
    );
    expect(notices.flatMap(({ to }) => to)).toContain(`${admin}@kemnaker.example`);
    expect(notices.length).toBeGreaterThanOrEqual(2);
    world.bank.answerIn('mt940');
    const trancheNow = async () => (await world.inStage(id, 'follow-up')).tranches[0];
    await world.playUntil(async () => (await trancheNow())?.status === 'settled');
    expect(await trancheNow()).toMatchObject({
      status: 'settled',
      attempts: 2,
      returned: [{ endToEndId: `${id}-01-01` }],
    });
    expect(await paymentOf(id, 2)).toMatchObject({ state: 'settled', replaces: `${id}-01-01` });
    expect(await budget()).toMatchObject({ paid: before?.paid });
  });

  test('has a person say which payment it means where it does not say so itself', async () => {
    const [, id = ''] = ids;
    const { endToEndId } = await paymentOf(id);
    expect(await jaring(0, 'bank', 'worklist')).toContain('Nothing of the bank waits');
    expect(await jaring(0, 'bank', 'runs')).toMatch(/R\d{8}-\w{8} +released by wulan\.purnama +bulk-text/);
    await send('camt.054', id, { status: 'ACSC', reference: 'BANK-2', endToEndId: endToEndId.toLowerCase() });
    const [item] = JSON.parse(await jaring(0, 'bank', 'worklist', '--json')) as {
      id: string;
      candidates: string[];
    }[];
    expect(item?.candidates).toEqual([endToEndId]);
    const resolve = (...args: string[]) => ['bank', 'resolve', item?.id ?? '', ...args];
    expect(await jaring(1, ...resolve('--by', admin))).toContain('either --payment or --dismiss');
    expect(await jaring(1, ...resolve('--by', admin, '--dismiss'))).toContain('--reason');
    expect(await jaring(1, ...resolve('--by', 'nobody', '--payment', endToEndId))).toContain(
      'no administrator',
    );
    expect(await jaring(0, ...resolve('--by', admin, '--payment', endToEndId))).toContain('assigned');
    await world.settle();
    expect((await world.proposal(id)).stage).toBe('follow-up');
    expect(await jaring(0, 'bank', 'worklist')).toContain('Nothing of the bank waits');
    expect(await jaring(0, 'bank', 'runs')).toMatch(/R\d{8}-\w{8} +released by wulan\.purnama +bulk-text/);
  });
});
