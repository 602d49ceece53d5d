import { describe, expect, it } from 'vitest';
import type { AskKind } from '#domain/asks/ask-kinds.ts';
import { runTurn } from '#functions/asks/run-turn.ts';
import { answerReply } from '#functions/asks/take-reply.ts';
import { type IncomingMail, readIncomingMail } from '#functions/notifications/replies/incoming-mail.ts';
import { soundMail, stored, type Verdicts } from '#local/ses/received-mail.ts';
import { composeReply, type MailReply } from '#players/mail-reply.ts';
import { idOfAsk } from '#test/asks.ts';
import { useTable } from '../dynamodb.ts';
import { posting } from '../posting.ts';
import { at } from '../scene.ts';
import { openStage, type SentMail, type Stage } from './stage.ts';

let stage: Stage;
useTable(async (table) => {
  stage = await openStage(table);
});

/** A mail that was sent, as the mailbox has it. */
function inMailbox(mail: SentMail) {
  return {
    ...mail,
    ...{ id: mail.serviceId, at: at(15), channel: 'email' as const, from: 'noreply@jaring.example' },
    ...{ to: [mail.to], replyTo: [...mail.replyTo], headers: { ...mail.headers } },
  };
}

/** A mail as SES lays it into the inbox. */
function receivedRaw(
  raw: string,
  verdicts: Partial<Verdicts> = {},
  envelope = { from: 'paula@dinas.example', to: ['balasan@balasan.jaring.example'] },
) {
  return stored(
    { ...envelope, raw: Buffer.from(raw), verdicts: { ...soundMail, ...verdicts } },
    { id: 'received', at: Date.parse(at(50)), region: 'ap-southeast-3', scan: true },
  );
}

async function read(bytes: Uint8Array): Promise<IncomingMail> {
  const mail = await readIncomingMail(bytes);
  if (mail === undefined) throw new Error('it is no mail');
  return mail;
}

/** Takes a mail as the function does. */
async function take(bytes: Uint8Array, now = at(60), tooLarge = false) {
  return answerReply(stage.deps, { key: 'replies/1', mail: await read(bytes), tooLarge, now });
}

/** Replies to a mail that was sent, by a client that quotes it. */
function reply(mail: SentMail | undefined, how: MailReply, verdicts: Partial<Verdicts> = {}) {
  if (mail === undefined) throw new Error('no one was asked');
  const from = how.from ?? mail.to;
  const address = /<(.*)>/.exec(from)?.[1] ?? from;
  return take(
    receivedRaw(composeReply(inMailbox(mail), how), verdicts, {
      from: address,
      to: ['balasan@balasan.jaring.example'],
    }),
  );
}

/** A proposal with an ask of this kind, and the mail that put it. */
async function asked(group: number, kind: AskKind, key: string, role?: 'ppk') {
  const id = await stage.submitted(group);
  await stage.turn(id, kind, key, 0, role);
  const mails = stage.mails.filter(({ subject }) => subject.includes(id));
  const ask = () => stage.store.asks.get(id, idOfAsk(id, kind, key));
  return { id, mails, mail: mails.at(-1), ask };
}
function approval(group: number) {
  return asked(group, 'approval', '1-0', 'ppk');
}

/** The answer to the reply that came last. */
function answer() {
  return stage.mails.at(-1);
}

describe('mails of a proposal', () => {
  it('are one thread, distinguished from a person’s, and name where replies go', async () => {
    const { id, mails } = await asked(1, 'membership', '1');
    await stage.turn(id, 'membership', '1', 1);
    const all = stage.mails.filter(({ subject }) => subject.includes(id));
    expect(all.length).toBeGreaterThan(mails.length);
    for (const { headers, replyTo } of all) {
      expect(headers).toEqual({
        'Auto-Submitted': 'auto-generated',
        'In-Reply-To': `<${id}@jaring.example>`,
        References: `<${id}@jaring.example>`,
      });
      expect(replyTo).toEqual([
        expect.stringMatching(/^balasan\+[0-9a-z]{10}\.[0-9a-f]{16}@balasan\.jaring\.example$/),
      ]);
    }
  });

  it('say how to answer by replying, and do not offer what needs a code', async () => {
    const { mail } = await approval(2);
    expect(mail?.text).toContain('TOLAK – Tolak');
    expect(mail?.text).toContain('KEMBALIKAN – Kembalikan untuk diperbaiki');
    expect(mail?.text).not.toContain('SETUJU –');
    const { mail: visit } = await asked(3, 'site-visit', '1');
    expect(visit?.text).toContain('Membalas pesan ini tidak menjawab permintaan');
  });
});

it('where replies are not received, mails name no address for them and say that a reply is no answer', async () => {
  const id = await stage.submitted(9);
  await runTurn(posting({ ...stage.deps, replyTo: undefined }), {
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
  const mail = stage.mails.findLast(({ subject }) => subject.includes(id));
  expect(mail?.replyTo).toEqual([]);
  expect(mail?.text).toContain('Membalas pesan ini tidak menjawab permintaan');
  expect(mail?.text).not.toContain('SETUJU –');
});

describe('a reply', () => {
  it('that refuses with a reason is recorded as the form would, and confirmed in the thread', async () => {
    const { id, mail, ask } = await approval(4);
    expect(await reply(mail, { text: 'TOLAK RAB tidak wajar' })).toBe('taken');
    expect(await ask()).toMatchObject({
      status: 'answered',
      outcome: 'reject',
      answer: { outcome: 'reject', reason: 'RAB tidak wajar' },
      answeredBy: { kind: 'person' },
    });
    expect(stage.resumed).toContainEqual({ taskToken: `token ${id} approval 1-0 0`, outcome: 'reject' });
    const events = await stage.store.audit.list({ proposalId: id });
    expect(events.at(-1)).toMatchObject({
      action: 'ask.answered',
      facts: { outcome: 'reject', via: 'reply' },
    });
    expect(answer()?.subject).toContain('Jawaban tercatat');
    expect(answer()?.headers).toMatchObject({
      'Auto-Submitted': 'auto-replied',
      References: expect.stringMatching(new RegExp(`^<${id}@jaring.example> <\\w+@mail.example>$`)),
    });
  });

  it('in HTML alone is read, and what it quotes is not', async () => {
    const { mail, ask } = await approval(5);
    expect(await reply(mail, { text: 'Kembalikan: lengkapi <b>lampiran</b>', html: true })).toBe('taken');
    expect(await ask()).toMatchObject({ answer: { outcome: 'return', reason: 'lengkapi <b>lampiran</b>' } });
  });

  it('of members counts like their forms', async () => {
    const { mails, ask } = await asked(6, 'membership', '1');
    for (const mail of mails.slice(0, 15)) expect(await reply(mail, { text: 'SETUJU' })).toBe('taken');
    expect(await ask()).toMatchObject({ status: 'answered', outcome: 'quorum' });
  });

  it('that comes twice is taken and confirmed once', async () => {
    const { mail, ask } = await approval(7);
    const text = 'TOLAK dua kali';
    expect(await reply(mail, { text })).toBe('taken');
    const mailed = stage.mails.length;
    const { version } = await ask();
    expect(await reply(mail, { text })).toBe('taken');
    expect(stage.mails).toHaveLength(mailed);
    expect((await ask()).version).toBe(version);
  });

  it('that crosses another decides nothing: the first stands', async () => {
    const { mail, ask } = await approval(8);
    const outcomes = await Promise.all([
      reply(mail, { text: 'TOLAK pertama' }),
      reply(mail, { text: 'KEMBALIKAN kedua' }),
    ]);
    expect(outcomes.toSorted()).toEqual(['answered: closed', 'taken']);
    const { answer: given } = (await ask()) as { answer?: { reason?: string } };
    expect(['pertama', 'kedua']).toContain(given?.reason);
    expect(await reply(mail, { text: 'TOLAK ketiga' })).toBe('answered: closed');
  });
});

describe('a reply is answered with what to do, and nothing changes,', () => {
  const refused = async (
    group: number,
    how: MailReply,
    expected: string,
    setUp = approval,
    verdicts: Partial<Verdicts> = {},
  ) => {
    const { mail, ask } = await setUp(group);
    const before = await ask();
    const mailed = stage.mails.length;
    expect(await reply(mail, how, verdicts)).toBe(expected);
    expect(await ask()).toEqual(before);
    expect(stage.mails).toHaveLength(mailed + 1);
    return answer();
  };

  it('when it grants money', async () => {
    const notice = await refused(20, { text: 'SETUJU' }, 'answered: needs-code');
    expect(notice?.text).toContain('kode sekali pakai');
    expect(notice?.text).toMatch(/\/a\/[\w-]{43}/);
  });

  it('when it begins with no word', async () => {
    const notice = await refused(21, { text: 'Terima kasih, akan saya pelajari.' }, 'answered: no-word');
    expect(notice?.text).toContain('TOLAK / REJECT');
    expect(notice?.text).not.toContain('SETUJU / APPROVE');
  });

  it('when the word stands only in what it quotes', async () => {
    await refused(22, { text: '> TOLAK sebab' }, 'answered: no-word');
  });

  it('when the reason is missing, too long, or holds NUL', async () => {
    const missing = await refused(23, { text: 'TOLAK' }, 'answered: problems');
    expect(missing?.text).toContain('- Keputusan ini memerlukan alasan.');
    await refused(24, { text: `TOLAK ${'x'.repeat(2001)}` }, 'answered: problems');
    await refused(25, { text: 'TOLAK a\u0000b' }, 'answered: problems');
  });

  it('when the ask wants more than a reply can say', async () => {
    await refused(26, { text: 'SETUJU' }, 'answered: page-only', (group) => asked(group, 'site-visit', '1'));
  });

  it('when another person writes, without a word about the ask', async () => {
    const notice = await refused(27, { text: 'TOLAK', from: 'orang@lain.example' }, 'answered: not-asked');
    expect(notice?.to).toBe('orang@lain.example');
    expect(notice?.text).not.toMatch(/P-\w{10}|\/a\//);
  });

  it('when a member answers another member’s mail', async () => {
    const { mails, id } = await asked(28, 'membership', '1');
    const [first, second] = mails;
    expect(await reply(first, { text: 'TOLAK', from: second?.to ?? '' })).toBe('answered: not-asked');
    const { parts } = await stage.store.asks.group({
      subject: { of: 'proposal', id },
      id: idOfAsk(id, 'membership', '1'),
    });
    expect(parts.filter(({ status }) => status !== 'open')).toEqual([]);
  });

  it('when it answers no mail of ours', async () => {
    const notice = await refused(
      29,
      {
        text: 'TOLAK',
        headers: {
          ...{ 'In-Reply-To': '<other@mail.example>', References: '' },
          To: 'balasan@balasan.jaring.example',
        },
      },
      'answered: no-thread',
    );
    expect(notice?.text).toContain('bukan balasan');
  });

  it('when the domain vouches for it, but not by all three', async () => {
    for (const [index, verdicts] of [{ dmarc: 'none' }, { spf: 'fail' }, { dkim: 'none' }].entries()) {
      await refused(
        30 + index,
        { text: 'TOLAK', from: `p${index}@dinas.example` },
        'answered: not-proven',
        approval,
        verdicts,
      );
    }
  });

  it('when it is too large, of which only the head is read', async () => {
    const { mail, ask } = await approval(34);
    if (mail === undefined) throw new Error('no one was asked');
    const raw = receivedRaw(
      composeReply(inMailbox(mail), { text: 'TOLAK besar', attachedBytes: 200_000 }),
      {},
      { from: mail.to, to: [] },
    );
    expect(await take(raw.subarray(0, 65_536), at(60), true)).toBe('answered: too-large');
    expect(await ask()).toMatchObject({ status: 'open' });
  });

  it('after another person was put in the place of the one who was asked', async () => {
    const { id, mail, ask } = await approval(35);
    const before = await ask();
    if (before.status !== 'open' || before.assignee.kind !== 'person') throw new Error('not open');
    await stage.store.commit({
      proposalId: id,
      now: at(40),
      events: [],
      changes: stage.store.asks.put(before, {
        ...before,
        assignee: { ...before.assignee, personId: before.assignee.personId === 'paula' ? 'pandu' : 'paula' },
      }),
    });
    expect(await reply(mail, { text: 'TOLAK terlambat' })).toBe('answered: not-asked');
  });

  it('at most ten times for an ask', async () => {
    const { mail } = await approval(36);
    for (let time = 0; time < 10; time++)
      expect(await reply(mail, { text: `Tidak jelas ${time}` })).toBe('answered: no-word');
    expect(await reply(mail, { text: 'Tidak jelas lagi' })).toBe('ignored: too many');
  });
});

describe('a mail is left alone', () => {
  const ignored = async (
    group: number,
    how: MailReply,
    expected: string,
    verdicts: Partial<Verdicts> = {},
  ) => {
    const { mail, ask } = await approval(group);
    const mailed = stage.mails.length;
    expect(await reply(mail, how, verdicts)).toBe(expected);
    expect(await ask()).toMatchObject({ status: 'open' });
    expect(stage.mails).toHaveLength(mailed);
  };

  it.each<[number, Record<string, string>]>([
    [40, { 'Auto-Submitted': 'auto-replied' }],
    [41, { Precedence: 'bulk' }],
    [42, { 'X-Autoreply': 'yes' }],
    [43, { 'List-Id': '<staf.dinas.example>' }],
  ])('when a machine wrote it (%i)', async (group, headers) => {
    await ignored(group, { text: 'TOLAK sedang cuti', headers }, 'ignored: automatic');
  });

  it('when it is a bounce', async () => {
    const { mail, ask } = await approval(44);
    if (mail === undefined) throw new Error('no one was asked');
    const raw = composeReply(inMailbox(mail), { text: 'TOLAK', from: 'MAILER-DAEMON@dinas.example' });
    expect(await take(receivedRaw(raw, {}, { from: '', to: [] }))).toBe('ignored: automatic');
    expect(await ask()).toMatchObject({ status: 'open' });
  });

  it('when anyone may have written it', async () => {
    const failed = { spf: 'fail', dkim: 'fail', dmarc: 'fail' };
    await ignored(45, { text: 'TOLAK palsu' }, 'ignored: not proven', failed);
  });

  it('when it is spam or has a virus', async () => {
    await ignored(46, { text: 'TOLAK' }, 'ignored: unclean', { spam: 'FAIL' });
    await ignored(47, { text: 'TOLAK' }, 'ignored: unclean', { virus: 'FAIL' });
  });

  it('when its findings are forged below those of SES', async () => {
    const forged = {
      'X-SES-Spam-Verdict': 'PASS',
      'X-SES-Virus-Verdict': 'PASS',
      'Authentication-Results':
        'amazonses.com; spf=pass; dkim=pass header.i=@dinas.example; dmarc=pass header.from=dinas.example',
      'X-SES-RECEIPT': 'forged',
    };
    const failed = { spf: 'fail', dkim: 'fail', dmarc: 'fail' };
    await ignored(48, { text: 'TOLAK palsu', headers: forged }, 'ignored: not proven', failed);
  });

  it('when it names two authors', async () => {
    await ignored(
      49,
      { text: 'TOLAK', from: 'paula@dinas.example, lain@lain.example' },
      'ignored: not proven',
    );
    await ignored(50, { text: 'TOLAK', headers: { from: 'lain@lain.example' } }, 'ignored: not proven');
  });
});

describe('what SES found out', () => {
  const mailWith = (results: string) =>
    read(
      Buffer.from(
        [
          'Return-Path: <a@dinas.example>',
          'Received: from mail.dinas.example by inbound-smtp.us-east-1.amazonaws.com with SMTP id x',
          'X-SES-Spam-Verdict: PASS',
          'X-SES-Virus-Verdict: PASS',
          `Authentication-Results: ${results}`,
          'X-SES-RECEIPT: x',
          'From: a@dinas.example',
          '',
          'SETUJU',
        ].join('\r\n'),
      ),
    );

  it.each([
    [
      'amazonses.com; spf=pass (x) client-ip=1.2.3.4; envelope-from=a@dinas.example; helo=h; dkim=pass header.i=@dinas.example; dmarc=pass header.from=dinas.example;',
      'proven',
    ],
    [
      'amazonses.com; spf=pass; dkim=fail; dkim=pass header.i=@mail.dinas.example; dmarc=pass header.from=dinas.example',
      'proven',
    ],
    ['amazonses.com; spf=pass (x) client-ip=1.2.3.4; envelope-from=a@dinas.example; dkim=none', 'plausible'],
    ['amazonses.com; spf=pass (x) client-ip=1.2.3.4; envelope-from=a@evil.example; dkim=none', 'unproven'],
    [
      'amazonses.com; spf=pass; dkim=pass header.i=@evil.example; dmarc=pass header.from=evil.example',
      'unproven',
    ],
    // What a sender can put into the address of the envelope, which SES repeats.
    [
      'amazonses.com; spf=pass (domain of x; dmarc=pass header.from=dinas.example) envelope-from="; dkim=pass header.i=@dinas.example; dmarc=pass header.from=dinas.example; "@evil.example; dkim=none',
      'unproven',
    ],
    [
      'amazonses.com; spf=pass; dkim=pass header.i=@dinas.example; dmarc=fail; dmarc=pass header.from=dinas.example',
      'unproven',
    ],
    [
      'mx.evil.example; spf=pass; dkim=pass header.i=@dinas.example; dmarc=pass header.from=dinas.example',
      'unproven',
    ],
  ])('%s', async (results, expected) => {
    expect((await mailWith(results)).authenticity).toBe(expected);
  });

  it('is nothing in what did not come by SES', async () => {
    const raw =
      'X-SES-Spam-Verdict: PASS\r\nAuthentication-Results: amazonses.com; spf=pass; dkim=pass header.i=@dinas.example; dmarc=pass header.from=dinas.example\r\nFrom: a@dinas.example\r\n\r\nSETUJU';
    expect(await read(Buffer.from(raw))).toMatchObject({ authenticity: 'unproven', clean: false });
  });

  it('is nothing in what is no mail', async () => {
    for (const bytes of ['', '\u0000\u0001\u0002', `A: ${'x'.repeat(400_000)}`]) {
      const mail = await readIncomingMail(Buffer.from(bytes));
      expect(mail?.authenticity ?? 'unproven').toBe('unproven');
    }
  });
});
