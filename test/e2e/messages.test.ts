/** Replies, bounces and text messages: through the door for mail, the rules of the assembly, and the mailbox of all. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lambdaOf } from '#functions/lambdas.ts';
import { composeReply, deliverMail, type FoundOut, type MailReply } from '#players/mail-reply.ts';
import { linkIn, type Mail } from '#players/mailbox.ts';
import { silence } from '#players/replies.ts';
import { startWorld, tkmGroup, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

/** Replies as a reader does, and waits until it is dealt with. */
async function reply(mail: Mail | undefined, how: MailReply, found: FoundOut = {}) {
  if (mail === undefined) throw new Error('There is no message to reply to.');
  const from = how.from ?? mail.to[0] ?? '';
  await deliverMail(world.endpoint, composeReply(mail, how), { from, to: mail.replyTo[0] ?? '' }, found);
  await world.settle();
}

async function outcomeOf(id: string, kind: string) {
  return (await world.connection.store.asks.bySubject(id)).filter(
    (ask) => ask.kind === kind && ask.parent === undefined,
  );
}

describe('a group whose members write, and have telephones only', () => {
  const packet = tkmGroup(71);
  let id: string;
  const [seventh] = packet.proposal.members.filter(({ email }) => email === undefined);

  test('is asked by mail and by text message', async () => {
    id = await world.submit(packet, { membership: silence });
    await world.settle();
    const texts = (await world.mails()).filter(({ channel }) => channel === 'text');
    expect(texts).toHaveLength(packet.proposal.members.filter(({ email }) => email === undefined).length);
    for (const text of texts) {
      expect(text.text).toContain(id);
      expect(linkIn(text)).toBeDefined();
    }
    expect(texts.map(({ to }) => to[0])).toContain(seventh?.phone.replace(/^0/, '+62'));
  });

  test('a mail that bounces goes to the member’s telephone', async () => {
    const failing = packet.proposal.members[9];
    await world.connection.control.failMail(failing?.email ?? '', 'bounce');
    const before = (await world.mails()).length;
    await world.connection.control.skip('schedules');
    await world.settle();
    const after = (await world.mails()).slice(before);
    const number = failing?.phone.replace(/^0/, '+62') ?? '';
    expect(after.filter(({ to }) => to.includes(failing?.email ?? ''))).toHaveLength(1);
    expect(after.filter(({ to }) => to.includes(number))).toHaveLength(1);
  });

  test('a forged reply, and one from another person, decide nothing', async () => {
    const [mail] = await world.mailsTo(packet.proposal.members[0]?.email ?? '', 'Penegasan');
    await reply(mail, { text: 'TOLAK' }, { spf: 'fail', dkim: 'fail', dmarc: 'fail' });
    await reply(mail, { text: 'TOLAK', from: 'orang@lain.example' });
    await reply(mail, { text: 'TOLAK', attachedBytes: 15 * 1024 * 1024 });
    expect(await outcomeOf(id, 'membership')).toMatchObject([{ status: 'open' }]);
    const [answer] = await world.mailsTo('orang@lain.example');
    expect(answer?.subject).toBe('Balasan belum dicatat');
    const notices = await world.mailsTo(packet.proposal.members[0]?.email ?? '', 'Balasan belum dicatat');
    expect(notices).toMatchObject([{ text: expect.stringContaining('terlalu besar') }]);
  });

  test('is confirmed by replies, and refused by one', async () => {
    for (const { email } of packet.proposal.members
      .filter((member) => member.email !== undefined)
      .slice(0, 6)) {
      const [mail] = await world.mailsTo(email ?? '', 'Penegasan');
      await reply(mail, { text: 'SETUJU' });
    }
    expect(await outcomeOf(id, 'membership')).toMatchObject([{ status: 'answered', outcome: 'quorum' }]);
    world.expect(packet.prefix, { approval: silence });
    await world.answerAll();
    const [mail] = (await world.mails()).filter(({ subject }) => subject.startsWith('Persetujuan bantuan'));
    await reply(mail, { text: 'SETUJU' });
    expect(await outcomeOf(id, 'approval')).toMatchObject([{ status: 'open' }]);
    await reply(mail, { text: 'TOLAK tempat usaha tidak ada', html: true });
    expect(await outcomeOf(id, 'approval')).toMatchObject([
      { outcome: 'reject', answer: { reason: 'tempat usaha tidak ada' } },
    ]);
    const [first] = mail?.to ?? [];
    expect(await world.mailsTo(first ?? '', 'Jawaban tercatat')).toHaveLength(1);
  });

  test('reads all of it in one thread', async () => {
    const about = (await world.mails()).filter((mail) => mail.subject.includes(id));
    expect(about.length).toBeGreaterThan(20);
    for (const { headers } of about) expect(headers.References).toContain(`<${id}@jaring.example>`);
  });

  test('leaves neither addresses nor what was written in a log', async () => {
    const logs = await Promise.all(
      ['asks/take-reply' as const, 'asks/note-delivery' as const, 'asks/run-turn' as const].map(
        async (step) => (await fetch(`${world.endpoint}/_local/logs/jaring-dev-${lambdaOf(step)}`)).text(),
      ),
    );
    for (const log of logs) expect(log).toContain('"level":"INFO"');
    expect(logs.join('')).not.toMatch(/[\w.]+@[\w-]+\.\w|tempat usaha|\+62\d/);
  });
});
