import { ThrottlingException } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import {
  LimitExceededException,
  MessageRejected,
  SESv2Client,
  SendingPausedException,
  TooManyRequestsException,
} from '@aws-sdk/client-sesv2';
import { describe, expect, it } from 'vitest';
import { sendWaiting } from '#functions/asks/send-waiting.ts';
import { inviteToEnrol } from '#functions/identity/enrolment.ts';
import { sendMessage } from '#functions/notifications/send-message.ts';
import { keys } from '#functions/store/keys.ts';
import { locatorOf } from '#functions/store/message-links.ts';
import { unpack } from '#functions/store/packed.ts';
import { getItem } from '#functions/store/table.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';
import { officers, openStage, type Stage } from './stage.ts';

let table: TestTable;
let stage: Stage;
useTable(async (opened) => {
  table = opened;
  stage = await openStage(table);
});

const metadata = { message: 'not now', $metadata: {} };
const lost = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:443'), { code: 'ECONNREFUSED' });

/** The stage with a mail service that answers so, after it has perhaps taken the mail. */
function failing(fault: Error, { taking = false } = {}): Stage['deps'] {
  const ses = new SESv2Client({ region: 'ap-southeast-3' });
  ses.middlewareStack.add(
    () => async (args) => {
      if (taking) {
        const { Destination, Content } = args.input as {
          Destination: { ToAddresses: string[] };
          Content: { Simple: { Subject: { Data: string }; Body: { Text: { Data: string } } } };
        };
        stage.mails.push({
          ...{ serviceId: 'lost', replyTo: [], headers: {}, tags: {}, html: '' },
          to: Destination.ToAddresses[0] ?? '',
          subject: Content.Simple.Subject.Data,
          text: Content.Simple.Body.Text.Data,
        });
      }
      throw fault;
    },
    { step: 'initialize' },
  );
  return { ...stage.deps, ses };
}

const throttled = new TooManyRequestsException(metadata);
function hours(count: number) {
  return at(15 + count * 60);
}
function days(count: number) {
  return hours(count * 24);
}

let count = 0;
/** A message about nothing that is awaited, to an address of its own. */
function message(name = `message ${++count}`) {
  return {
    ...{ id: name, subjectId: 'P-0000000009', language: 'id' as const, now: at(15) },
    template: 'proposal-closed' as const,
    facts: { proposalId: 'P-0000000009', groupName: name, result: 'complete' as const, groupOwes: false },
    to: `${name.replaceAll(' ', '-')}@kelompok.example`,
  };
}
function received(name: string) {
  return stage.mails.filter(({ to }) => to === message(name).to);
}
function record(id: string) {
  return getItem(table, keys.message('P-0000000009', locatorOf(id)));
}
function sweep(now: string, deps: Stage['deps'] = stage.deps) {
  return sendWaiting(deps, now);
}

describe('a message that a service refuses for now', () => {
  it.each([
    ['the rate', throttled],
    ['the quota of the day', new LimitExceededException(metadata)],
    ['a pause', new SendingPausedException(metadata)],
    ['no connection', lost],
    ['a fault of the service', Object.assign(new Error('?'), { $metadata: { httpStatusCode: 503 } })],
  ])('waits, whatever the reason, and fails no step: %s', async (_, fault) => {
    const one = message();
    expect(await sendMessage(failing(fault), one)).toBe('waiting');
    expect(await record(one.id)).toMatchObject({ status: 'waiting', attempts: 1, nextAttemptAt: hours(1) });
    // A step that writes again, because it is retried, leaves it to the sweep.
    expect(await sendMessage(stage.deps, one)).toBe('sent-before');
    expect(received(one.id)).toEqual([]);
    expect(await sweep(hours(1))).toEqual({ sent: 1, waiting: 0, refused: 0, failed: 0 });
    expect(received(one.id)).toHaveLength(1);
  });

  it('is what was to be said, once, and nothing of it is kept after', async () => {
    const one = message();
    await sendMessage(failing(throttled), one);
    expect(unpack((await record(one.id))?.packed)).toMatchObject({ facts: { groupName: one.id } });
    await sweep(hours(1));
    expect(await sweep(hours(2))).toEqual({ sent: 0, waiting: 0, refused: 0, failed: 0 });
    expect(received(one.id)[0]?.subject).toContain(one.facts.proposalId);
    const after = await record(one.id);
    expect(after).toMatchObject({ status: 'sent', sentAt: hours(1) });
    expect(after).not.toHaveProperty('packed');
    expect(after).not.toHaveProperty('attempts');
  });

  it('is not tried before its time, and less often the longer it waits', async () => {
    const one = message();
    const down = failing(throttled);
    await sendMessage(down, one);
    expect((await sweep(at(60), down)).waiting).toBe(0);
    const next: unknown[] = [];
    for (const now of [hours(1), hours(3), hours(7), hours(15), hours(27)]) {
      expect((await sweep(now, down)).waiting).toBe(1);
      next.push((await record(one.id))?.nextAttemptAt);
    }
    expect(next).toEqual([hours(3), hours(7), hours(15), hours(27), hours(39)]);
    expect((await sweep(hours(39))).sent).toBe(1);
  });

  it('is sent once by two sweeps at the same moment', async () => {
    const one = message();
    await sendMessage(failing(throttled), one);
    const both = await Promise.all([sweep(hours(1)), sweep(hours(1))]);
    expect(both.every(({ failed }) => failed === 0)).toBe(true);
    expect(received(one.id)).toHaveLength(1);
  });

  it('is sent again where its sender died after it had left: twice rather than never', async () => {
    const one = message();
    await sendMessage(failing(throttled), one);
    const died = failing(new Error('killed'), { taking: true });
    expect((await sweep(hours(1), died)).failed).toBe(1);
    expect((await sweep(hours(2))).sent).toBe(1);
    expect((await sweep(hours(3))).sent).toBe(0);
    expect(received(one.id)).toHaveLength(2);
  });

  it('keeps the others waiting too, once several in a row were refused, and none of them long', async () => {
    const many = Array.from({ length: 7 }, () => message());
    for (const one of many) await sendMessage(failing(throttled), one);
    expect(await sweep(hours(1), failing(throttled))).toMatchObject({ waiting: 5 });
    expect((await sweep(hours(1))).sent).toBe(2);
    expect((await sweep(hours(3))).sent).toBe(5);
    for (const { id } of many) expect(received(id)).toHaveLength(1);
  });

  it('is for text messages the same', async () => {
    const { texts } = stage.deps;
    const client = Object.create(texts.client) as typeof texts.client;
    client.send = (async () => {
      throw new ThrottlingException(metadata);
    }) as typeof client.send;
    const one = { ...message(), to: { phone: '0812-9999-0001' } };
    expect(await sendMessage({ ...stage.deps, texts: { ...texts, client } }, one)).toBe('waiting');
    expect((await sweep(hours(1))).sent).toBe(1);
    expect(stage.texts.at(-1)?.to).toBe('+6281299990001');
  });

  it('is no right of the role that lacks: that is thrown, and tried again by the caller', async () => {
    const denied = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
    await expect(sendMessage(failing(denied), message())).rejects.toThrow('not authorized');
  });
});

describe('an ask that waits', () => {
  /** One turn of the ask, while the mail service answers so. */
  const turnWith = async (fault: Error, id: string, now: string) => {
    const { ses } = stage.deps;
    stage.deps.ses = failing(fault).ses;
    try {
      return await stage.turn(id, 'site-visit', '1', 0, undefined, now);
    } finally {
      stage.deps.ses = ses;
    }
  };

  it('has a link that is drawn when it is sent: nothing that is kept opens a page', async () => {
    const id = await stage.submitted(41);
    await turnWith(throttled, id, at(15));
    expect(stage.linksOf(id)).toEqual([]);
    expect(await stage.actions(id)).toContain('ask.opened');
    const { message: waiting, content } = (await stage.store.messages.due(hours(1), 10))[0] ?? {};
    expect(waiting?.about?.askId).toContain(id);
    const [kept = ''] = /\/a\/([\w-]+)/.exec(JSON.stringify(content))?.slice(1) ?? [];
    expect(kept).not.toBe('');
    expect((await stage.get(kept)).statusCode).not.toBe(200);
    expect((await sweep(hours(1))).sent).toBe(1);
    const [secret = ''] = stage.linksOf(id);
    expect((await stage.get(secret)).statusCode).toBe(200);
  });

  it('is moved to the administrators where no service takes it at last, once', async () => {
    const id = await stage.submitted(42);
    await turnWith(throttled, id, at(15));
    const [found] = await stage.store.messages.due(hours(1), 10);
    const refusing = failing(new MessageRejected(metadata));
    const admin = () =>
      stage.mails.filter(({ to, subject }) => to === 'ada@dinas.example' && subject.includes(id));
    // Mail to the administrators goes, the officer's is refused for good.
    const { ses } = stage.deps;
    const choosing = Object.create(ses) as typeof ses;
    choosing.send = ((command: { input: { Destination?: { ToAddresses?: string[] } } }) =>
      (command.input.Destination?.ToAddresses?.[0] === 'ada@dinas.example' ? ses : refusing.ses).send(
        command as never,
      )) as typeof ses.send;
    expect(await sweep(hours(1), { ...stage.deps, ses: choosing })).toMatchObject({ refused: 1, sent: 0 });
    expect(admin()).toHaveLength(1);
    expect(await stage.store.messages.find(id, found?.message.id ?? '')).toMatchObject({ status: 'refused' });
    expect(await sweep(hours(2), { ...stage.deps, ses: choosing })).toMatchObject({ refused: 0, sent: 0 });
    expect(admin()).toHaveLength(1);
  });

  it('is given up after five days, and put again by another way', async () => {
    const id = await stage.submitted(43);
    await turnWith(throttled, id, at(15));
    expect(await sweep(days(5))).toMatchObject({ refused: 1 });
    // The mail service works again by then, so the ask's own message is the other way.
    expect(stage.linksOf(id)).toHaveLength(1);
    expect((await sweep(days(6))).refused).toBe(0);
  });
});

const vera = officers.find(({ id }) => id === 'vera');

it('an invitation to enrol that waits opens the page when it comes', async () => {
  if (vera === undefined) throw new Error('vera is gone');
  const invited = await inviteToEnrol(failing(throttled), vera, { occasion: 'waiting', now: at(15) });
  expect(invited).toBe('waiting');
  expect(await inviteToEnrol(stage.deps, vera, { occasion: 'again', now: at(16) })).toBe('not-needed');
  expect((await sweep(hours(1))).sent).toBe(1);
  const [secret = ''] = stage.enrolmentsOf(vera.email);
  expect((await stage.enrolBy(secret, hours(2)))(hours(2))).toMatch(/^\d{6}$/);
});
