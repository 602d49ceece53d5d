import { MessageRejected, SESv2Client } from '@aws-sdk/client-sesv2';
import { describe, expect, it } from 'vitest';
import { deliveryEventSchema, noteDelivery } from '#functions/asks/note-delivery.ts';
import { postMessage } from '#functions/notifications/write-message.ts';
import { type Failing, failureEvent } from '#local/ses/delivery-events.ts';
import { idOfAsk } from '#test/asks.ts';
import { useTable } from '../dynamodb.ts';
import { posting } from '../posting.ts';
import { at } from '../scene.ts';
import { openStage, type SentMail, type Stage } from './stage.ts';

let stage: Stage;
useTable(async (table) => {
  stage = await openStage(table);
});

/** The event that SES puts on the bus when a mail fails. */
function failed(mail: SentMail | undefined, failing: Failing) {
  if (mail === undefined) throw new Error('there is no such mail');
  const { detail } = failureEvent(
    {
      ...{ id: mail.serviceId, channel: 'email', at: at(15), from: 'noreply@jaring.example', to: [mail.to] },
      ...{ cc: [], bcc: [], replyTo: [], subject: mail.subject, text: null, html: null, headers: {} },
      ...{ attachments: [], tags: mail.tags, configurationSet: 'jaring-dev' },
    },
    mail.to,
    failing,
    { account: '000000000000', region: 'ap-southeast-3', at: Date.parse(at(16)) },
  );
  return deliveryEventSchema.parse(detail);
}
function note(mail: SentMail | undefined, failing: Failing) {
  return noteDelivery(stage.deps, failed(mail, failing), at(16));
}

function mailsTo(address: string, about: string) {
  return stage.mails.filter(({ to, subject }) => to === address && subject.includes(about));
}

describe('a mail that bounces', () => {
  it('marks the address without keeping it, and the member is asked by text message', async () => {
    const id = await stage.submitted(1);
    await stage.turn(id, 'membership', '1');
    const [mail] = mailsTo('anggota7@kelompok.example', id);
    expect(await note(mail, 'bounce')).toBe('moved');
    expect(await stage.store.addresses.dead('Anggota7@Kelompok.example')).toEqual({
      reason: 'bounce',
      since: at(16),
    });
    expect(stage.texts).toHaveLength(1);
    const [text] = stage.texts;
    expect(text?.to).toBe('+6281200000007');
    expect(text?.text).toMatch(
      new RegExp(`^Jaring: Penegasan keanggotaan - .*${id}.* https://\\S+/a/[\\w-]{43}$`),
    );
    // The link in it is the member's own.
    const secret = /\/a\/([\w-]{43})/.exec(text?.text ?? '')?.[1] ?? '';
    expect((await stage.post(secret, { outcome: 'confirmed' })).statusCode).toBe(303);
    const part = await stage.store.asks.get(id, `${idOfAsk(id, 'membership', '1')}.m07`);
    expect(part).toMatchObject({ outcome: 'confirmed', answeredBy: { kind: 'member', number: 7 } });
  });

  it('is dealt with once, however often it is reported', async () => {
    const id = await stage.submitted(2);
    await stage.turn(id, 'membership', '1');
    const [mail] = mailsTo('anggota8@kelompok.example', id);
    await note(mail, 'bounce');
    const sent = stage.texts.length;
    expect(await note(mail, 'bounce')).toBe('moved');
    expect(stage.texts).toHaveLength(sent);
    await stage.store.commit({
      journal: 'settings',
      now: at(17),
      events: [],
      changes: [stage.store.addresses.revive('anggota8@kelompok.example')],
    });
  });

  it('keeps later mail from the address', async () => {
    const id = await stage.submitted(3);
    const mailed = stage.mails.length;
    const texted = stage.texts.length;
    await stage.turn(id, 'membership', '1');
    // Member 7, whose address bounced before.
    expect(stage.mails).toHaveLength(mailed + 19);
    expect(stage.texts).toHaveLength(texted + 1);
    const messages = await stage.store.messages.list(id);
    expect(messages.filter(({ channel }) => channel === 'text')).toMatchObject([
      { status: 'sent', to: '+62•••007', template: 'ask', about: { askId: expect.stringContaining('.m07') } },
    ]);
  });

  it('that passes changes nothing', async () => {
    const id = await stage.submitted(4);
    await stage.turn(id, 'membership', '1');
    const [mail] = mailsTo('anggota9@kelompok.example', id);
    const before = stage.mails.length + stage.texts.length;
    expect(await note(mail, 'transient')).toBe('passing');
    expect(await stage.store.addresses.dead('anggota9@kelompok.example')).toBeUndefined();
    expect(stage.mails.length + stage.texts.length).toBe(before);
  });

  it('of a person without a phone is the administrators’, once, masked', async () => {
    const id = await stage.submitted(5);
    await stage.turn(id, 'sp2d', '1');
    const [mail] = mailsTo('kas@dinas.example', id);
    for (const _ of [1, 2]) expect(await note(mail, 'bounce')).toBe('reported');
    const notices = mailsTo('ada@dinas.example', id).filter(({ subject }) =>
      subject.includes('Tidak terjangkau'),
    );
    expect(notices).toHaveLength(1);
    expect(notices[0]?.text).toContain('Petugas kas (k•••@dinas.example)');
    expect(notices[0]?.text).not.toContain('kas@dinas.example');
    await stage.turn(id, 'sp2d', '1', 1);
    expect(mailsTo('kas@dinas.example', id)).toHaveLength(1);
  });

  it('of the leader goes by text message, and where that is refused to the administrators in the group’s place', async () => {
    const id = await stage.submitted(6, (packet) => {
      packet.contact.email = 'hilang@kelompok.example';
      packet.contact.phone = '081299999999';
    });
    await stage.turn(id, 'tranche-documents', '1');
    const [mail] = mailsTo('hilang@kelompok.example', id);
    expect(await note(mail, 'complaint')).toBe('moved');
    expect(stage.texts.at(-1)?.to).toBe('+6281299999999');
    stage.refusedNumbers.add('+6281299999999');
    await stage.turn(id, 'tranche-documents', '1', 1);
    const asked = mailsTo('ada@dinas.example', id).filter(({ text }) => text.includes('/a/'));
    expect(asked).toHaveLength(1);
    const secret = /\/a\/([\w-]{43})/.exec(asked[0]?.text ?? '')?.[1] ?? '';
    expect((await stage.get(secret)).body).toContain('data-answer');
  });

  it('of an ask that is answered moves nothing', async () => {
    const id = await stage.submitted(7);
    await stage.turn(id, 'membership', '1');
    const [mail] = mailsTo('anggota10@kelompok.example', id);
    const secret = /\/a\/([\w-]{43})/.exec(mail?.text ?? '')?.[1] ?? '';
    await stage.post(secret, { outcome: 'confirmed' });
    expect(await note(mail, 'bounce')).toBe('marked');
  });

  it('that asked for nothing is reported to the administrators', async () => {
    const id = await stage.submitted(8);
    await postMessage(stage.deps, {
      ...{ id: 'notice', subjectId: id, to: 'notice@kelompok.example', language: 'id', now: at(15) },
      template: 'proposal-closed',
      facts: { proposalId: id, groupName: 'Maju', result: 'complete', groupOwes: false },
    });
    expect(await note(stage.mails.at(-1), 'bounce')).toBe('reported');
    expect(stage.mails.at(-1)).toMatchObject({
      to: 'ada@dinas.example',
      subject: expect.stringContaining('Tidak terjangkau: pesan'),
    });
  });

  it('with unknown tags marks the address and no more', async () => {
    const event = deliveryEventSchema.parse({
      bounce: { bounceType: 'Permanent', bouncedRecipients: [{ emailAddress: 'x@y.example' }] },
      mail: { tags: { message: ['bm9uZQ'], subject: ['P-0000000000'] } },
    });
    expect(await noteDelivery(stage.deps, event, at(16))).toBe('marked');
  });
});

it('a mail that the service refuses goes by text message at once, and is on record as that', async () => {
  const ses = new SESv2Client({ region: 'ap-southeast-3' });
  ses.middlewareStack.add(
    () => async () => {
      throw new MessageRejected({ message: 'refused', $metadata: {} });
    },
    { step: 'initialize' },
  );
  const message = {
    ...{ id: 'refused', subjectId: 'P-0000000009', language: 'id' as const, now: at(15) },
    template: 'proposal-closed' as const,
    facts: { proposalId: 'P-0000000009', groupName: 'Maju', result: 'complete' as const, groupOwes: false },
  };
  const to = { email: 'ketua@kelompok.example', phone: '0812-9999-0000' };
  const refusing = posting({ ...stage.deps, ses });
  const before = stage.texts.length;
  for (let time = 0; time < 2; time++) expect(await postMessage(refusing, { ...message, to })).toBe('posted');
  expect(stage.texts).toHaveLength(before + 1);
  expect(stage.texts.at(-1)).toMatchObject({ to: '+6281299990000' });
  expect(await stage.store.messages.list('P-0000000009')).toMatchObject([
    { channel: 'text', to: '+62•••000', status: 'sent' },
  ]);
  const onlyMail = { ...message, id: 'refused too', to: 'ketua@kelompok.example' };
  expect(await postMessage(refusing, onlyMail)).toBe('posted');
  expect(await stage.store.messages.find('P-0000000009', 'refused too')).toMatchObject({ status: 'refused' });
  expect(await postMessage(stage.deps, { ...message, id: 'nowhere', to: {} })).toBe('unreachable');
});

describe('members without an e-mail address', () => {
  const withoutMail =
    (count: number) => (packet: Parameters<NonNullable<Parameters<Stage['submitted']>[1]>>[0]) => {
      for (const member of packet.members.slice(0, count)) delete member.email;
    };

  it('are asked by text message, and count for the quorum', async () => {
    const id = await stage.submitted(20, withoutMail(12));
    const before = stage.texts.length;
    await stage.turn(id, 'membership', '1');
    expect(stage.texts.length - before).toBe(12);
    expect(await stage.store.asks.get(id, idOfAsk(id, 'membership', '1'))).toMatchObject({
      quorum: { of: 20 },
    });
  });

  it('are not asked where no text messages are sent', async () => {
    const id = await stage.submitted(21, withoutMail(2));
    const before = stage.texts.length;
    const { deps } = stage;
    const { runTurn } = await import('#functions/asks/run-turn.ts');
    await runTurn(posting({ ...deps, texts: undefined }), {
      ...{
        subject: { of: 'proposal', id },
        kind: 'membership',
        about: { round: 1 },
        turn: 0,
        taskToken: 'token',
        now: at(10),
      },
      plan: await stage.planned(id, 'membership', at(10)),
    });
    expect(stage.texts).toHaveLength(before);
    expect(await stage.store.asks.get(id, idOfAsk(id, 'membership', '1'))).toMatchObject({
      quorum: { of: 18 },
    });
  });

  it('whose number is refused are reported to the administrators together', async () => {
    const id = await stage.submitted(22, withoutMail(3));
    for (const number of ['+6281200000001', '+6281200000003']) stage.refusedNumbers.add(number);
    await stage.turn(id, 'membership', '1');
    const notices = mailsTo('ada@dinas.example', id);
    expect(notices).toHaveLength(1);
    expect(notices[0]?.text).toContain('Anggota nomor 1, 3');
  });
});
