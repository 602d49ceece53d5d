import { ThrottlingException } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import {
  LimitExceededException,
  MessageRejected,
  SESv2Client,
  SendingPausedException,
  TooManyRequestsException,
} from '@aws-sdk/client-sesv2';
import { describe, expect, it } from 'vitest';
import { runTurn } from '#functions/asks/run-turn.ts';
import { sendQueued, sendWaiting } from '#functions/asks/send-queued.ts';
import { inviteToEnrol } from '#functions/identity/enrolment.ts';
import { postMessage, postMessages, writeMessage } from '#functions/notifications/write-message.ts';
import { keys } from '#functions/store/keys.ts';
import { locatorOf } from '#functions/store/message-links.ts';
import { leftBefore } from '#functions/store/outbox.ts';
import { unpack } from '#functions/store/packed.ts';
import { getItem, write } from '#functions/store/table.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { posting } from '../posting.ts';
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
  return posting({ ...stage.deps, ses });
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
    expect(await postMessage(failing(fault), one)).toBe('posted');
    expect(await record(one.id)).toMatchObject({ status: 'waiting', attempts: 1, nextAttemptAt: hours(1) });
    // A step that writes again, because it is retried, leaves it to the sweep.
    await postMessage(stage.deps, one);
    expect(received(one.id)).toEqual([]);
    expect(await sweep(hours(1))).toEqual({ sent: 1, waiting: 0, refused: 0, failed: 0 });
    expect(received(one.id)).toHaveLength(1);
  });

  it('is what was to be said, once, and nothing of it is kept after', async () => {
    const one = message();
    await postMessage(failing(throttled), one);
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
    await postMessage(down, one);
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
    await postMessage(failing(throttled), one);
    const both = await Promise.all([sweep(hours(1)), sweep(hours(1))]);
    expect(both.every(({ failed }) => failed === 0)).toBe(true);
    expect(received(one.id)).toHaveLength(1);
  });

  it('is sent again where its sender died after it had left: twice rather than never', async () => {
    const one = message();
    await postMessage(failing(throttled), one);
    const died = failing(new Error('killed'), { taking: true });
    expect((await sweep(hours(1), died)).failed).toBe(1);
    expect((await sweep(hours(2))).sent).toBe(1);
    expect((await sweep(hours(3))).sent).toBe(0);
    expect(received(one.id)).toHaveLength(2);
  });

  it('keeps the others waiting too, once several in a row were refused, and none of them long', async () => {
    const many = Array.from({ length: 7 }, () => message());
    for (const one of many) await postMessage(failing(throttled), one);
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
    await postMessage(posting({ ...stage.deps, texts: { ...texts, client } }), one);
    expect(await record(one.id)).toMatchObject({ status: 'waiting' });
    expect((await sweep(hours(1))).sent).toBe(1);
    expect(stage.texts.at(-1)?.to).toBe('+6281299990001');
  });

  it('is no right of the role that lacks: that is thrown, and Lambda tries again', async () => {
    const denied = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
    const denying = failing(denied);
    await postMessage(denying, message());
    expect(denying.unsent).toMatchObject([{ cause: { message: 'not authorized' } }]);
    // It stays where it was written until the role may.
    await stage.deps.nudge(['of another cause'], at(30));
    expect(received(`message ${count}`)).toHaveLength(1);
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
    expect(await sweep(hours(1), posting({ ...stage.deps, ses: choosing }))).toMatchObject({
      refused: 1,
      sent: 0,
    });
    expect(admin()).toHaveLength(1);
    expect(await stage.store.messages.find(id, found?.message.id ?? '')).toMatchObject({ status: 'refused' });
    expect(await sweep(hours(2), posting({ ...stage.deps, ses: choosing }))).toMatchObject({
      refused: 0,
      sent: 0,
    });
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
  expect(invited).toBe('posted');
  expect(await inviteToEnrol(stage.deps, vera, { occasion: 'again', now: at(16) })).toBe('not-needed');
  expect((await sweep(hours(1))).sent).toBe(1);
  const [secret = ''] = stage.enrolmentsOf(vera.email);
  expect((await stage.enrolBy(secret, hours(2)))(hours(2))).toMatch(/^\d{6}$/);
});

describe('what was written', () => {
  /** As where the function that wrote dies before it has told the sender, or the sender is not told. */
  const untold = () => ({ ...stage.deps, nudge: async () => {} });
  const leftAt = async (now: string) =>
    (await stage.store.outbox.toSend([], leftBefore(now))).map(({ id }) => id);

  it('is not sent by who writes it, and is found by who sends next, or by the sweep, once', async () => {
    const [one, other] = [message(), message()];
    await postMessage(untold(), one);
    expect(received(one.id)).toEqual([]);
    expect(await record(one.id)).toBeUndefined();
    // In the first minutes its sender may be on the way.
    expect(await leftAt(at(24))).toEqual([]);
    await postMessage(stage.deps, { ...other, now: at(24) });
    expect(received(one.id)).toEqual([]);
    const left = await leftAt(at(26));
    expect(left).toHaveLength(1);
    await sendQueued(stage.deps, left, at(26));
    await sendQueued(stage.deps, left, at(27));
    expect(received(one.id)).toHaveLength(1);
    expect(received(other.id)).toHaveLength(1);
    expect(await leftAt(hours(9))).toEqual([]);
  });

  it('is sent with what is written later, before any sweep', async () => {
    const [one, other] = [message(), message()];
    await postMessage(untold(), one);
    await postMessage(stage.deps, { ...other, now: at(40) });
    expect(received(one.id)).toHaveLength(1);
    expect(received(other.id)).toHaveLength(1);
  });

  it('is sent once by two senders at the same moment, and by one that is told twice', async () => {
    const many = Array.from({ length: 30 }, () => message());
    const written = await Promise.all(many.map((one) => writeMessage(stage.deps, one)));
    const ids: string[] = [];
    await postMessages(
      { ...stage.deps, nudge: async (given) => void ids.push(...given) },
      written.filter((one) => one !== undefined),
      at(15),
    );
    // More than an item takes.
    expect(ids).toHaveLength(2);
    await Promise.all([sendQueued(stage.deps, ids, at(15)), sendQueued(stage.deps, ids, at(15))]);
    await sendQueued(stage.deps, ids, at(15));
    for (const { id } of many) expect(received(id), id).toHaveLength(1);
    for (const id of ids) expect(await stage.store.outbox.toSend([id], at(0))).toEqual([]);
  });

  it('is written only with its cause: where that fails there is no message', async () => {
    const id = await stage.submitted(44);
    const before = stage.mails.length;
    const failing = {
      ...stage.deps,
      store: {
        ...stage.store,
        // The event is refused, and with it the ask and its message.
        commit: (request: Parameters<typeof stage.store.commit>[0]) =>
          stage.store.commit({
            ...request,
            changes: [
              ...request.changes,
              {
                write: write.check(keys.proposal('P-0000000000'), {
                  text: 'attribute_exists(pk)',
                }),
                onConflict: () => new Error('the cause was refused'),
              },
            ],
          }),
      },
    };
    const plan = await stage.planned(id, 'site-visit', at(15));
    const turn = {
      ...{ subject: { of: 'proposal' as const, id }, kind: 'site-visit' as const, about: { round: 1 } },
      ...{ turn: 0, taskToken: 'token', now: at(15), plan },
    };
    await expect(runTurn(failing, turn)).rejects.toThrow('the cause was refused');
    expect(await leftAt(hours(9))).toEqual([]);
    // The turn is tried again: ask and message are there together.
    await runTurn(untold(), turn);
    expect(await stage.actions(id)).toContain('ask.opened');
    expect(stage.mails).toHaveLength(before);
    const left = await leftAt(hours(9));
    expect(left).toHaveLength(1);
    // And once more, as by a function that died after its commit.
    await runTurn(stage.deps, turn);
    await sendQueued(stage.deps, left, hours(9));
    expect(stage.linksOf(id)).toHaveLength(1);
  });

  it('is not sent when its ask and its link have ended before it could be', async () => {
    const id = await stage.submitted(45);
    const plan = await stage.planned(id, 'site-visit', at(15));
    const turn = {
      ...{ subject: { of: 'proposal' as const, id }, kind: 'site-visit' as const, about: { round: 1 } },
      ...{ turn: 0, taskToken: 'token', now: at(15), plan },
    };
    await runTurn(untold(), turn);
    // No one was reminded either; the ask ends.
    await runTurn(untold(), { ...turn, turn: plan.turns.length, taskToken: 'last', now: days(100) });
    const late = days(200);
    await sendQueued(stage.deps, await leftAt(late), late);
    expect(stage.linksOf(id)).toEqual([]);
    expect(await stage.store.messages.list(id)).toMatchObject([{ status: 'refused' }]);
    expect(await leftAt(late)).toEqual([]);
  });

  it('has no address and no facts in the clear, nor any secret', async () => {
    const one = message();
    await postMessage(untold(), one);
    const [left = ''] = await leftAt(hours(1));
    const stored = await getItem(table, keys.queued(left));
    expect(JSON.stringify(stored)).not.toContain('kelompok.example');
    await sendQueued(stage.deps, [left], hours(1));
    expect(await getItem(table, keys.queued(left))).toBeUndefined();
  });

  it('waits in its own record where a service will not take it, and the others of its cause have left', async () => {
    const [one, other] = [message(), message()];
    const choosing = Object.create(stage.deps.ses) as typeof stage.deps.ses;
    choosing.send = ((command: { input: { Destination?: { ToAddresses?: string[] } } }) =>
      command.input.Destination?.ToAddresses?.[0] === one.to
        ? Promise.reject(throttled)
        : stage.deps.ses.send(command as never)) as typeof choosing.send;
    const deps = posting({ ...stage.deps, ses: choosing });
    const written = await Promise.all([one, other].map((each) => writeMessage(deps, each)));
    await postMessages(
      deps,
      written.filter((each) => each !== undefined),
      at(15),
    );
    expect(await record(one.id)).toMatchObject({ status: 'waiting' });
    expect(received(other.id)).toHaveLength(1);
    expect(await leftAt(hours(1))).toEqual([]);
    expect((await sweep(hours(1))).sent).toBe(1);
  });
});
