import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import { proposalIdOf } from '#domain/identifiers.ts';
import { contentOf, problemsOf } from '#domain/proposal/proposal.ts';
import { problemText } from '#domain/text/problem.ts';
import type { ShownAsk } from '#functions/asks/behaviour.ts';
import { wholeProposal } from '#functions/asks/pages/whole-proposal.ts';
import { withUnpacked } from '#functions/store/packed.ts';
import { awaitArrival } from '#functions/submission/arrival.ts';
import { html } from '#functions/web/markup.ts';
import { foundFile } from '../../domain/packet/packets.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at, openScene, packetOf, personalData, type Scene } from '../scene.ts';

let table: TestTable;
let scene: Scene;
useTable((opened) => {
  table = opened;
  scene = openScene(table);
});

function proposalOf(id: string) {
  return scene.store.proposals.get(id);
}
async function problemsIn(id: string) {
  return problemsOf(await proposalOf(id)) ?? [];
}
function locksOf(group: number) {
  return scene.store.locks.find(packetOf(group).members.map(({ nik }) => personalData.hashNik(nik)));
}
function firstNik(group: number) {
  return packetOf(group).members[0]?.nik ?? '';
}
function swapFirstMember(group: number, from: number) {
  return packetOf(group, ({ members }) => {
    const [first] = members;
    if (first !== undefined) first.nik = firstNik(from);
  });
}

describe('a packet in order', () => {
  it('passes: content taken over, people held, members and visit still to come', async () => {
    const { id, checked } = await scene.submitted('in-order', packetOf(1));
    expect(checked).toEqual({
      outcome: 'passed',
      correction: { revision: 1, round: 1 },
      membershipNeeded: true,
      visitNeeded: true,
    });
    expect(await proposalOf(id)).toMatchObject({ stage: 'verification', round: 1, pack: { id: 'tkm-2020' } });
    const locks = await locksOf(1);
    expect(locks).toHaveLength(20);
    for (const lock of locks) expect(lock).toMatchObject({ proposalId: id, reason: 'live' });
  });

  it('answers a repeated call the same and writes nothing', async () => {
    const { id, checked } = await scene.submitted('repeated', packetOf(2));
    const { version } = await proposalOf(id);
    expect(await scene.check(id, 1, at(2))).toEqual(checked);
    expect((await proposalOf(id)).version).toBe(version);
  });

  it('leaves no NIK in the clear anywhere in the table', async () => {
    await scene.submitted('private', packetOf(3));
    const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.tableName }));
    const everything = JSON.stringify(Items.map((item) => withUnpacked(unmarshall(item))));
    expect(packetOf(3).members.filter(({ nik }) => everything.includes(nik))).toEqual([]);
    expect(everything.includes('3302••••••••0301')).toBe(true);
  });
});

describe('a packet with problems', () => {
  it('lists them all at once, uses up one correction, and passes when corrected', async () => {
    const { id, checked } = await scene.submitted(
      'problems',
      packetOf(4, (packet) => {
        packet.amountAsked = 39_999_999;
        packet.group.village = '33.02.15.9999';
        packet.members[3] = { ...packet.members[3], nik: '123' } as (typeof packet.members)[number];
        packet.attachments.pop();
      }),
    );
    expect(checked).toEqual({
      outcome: 'problems',
      correction: { revision: 1, round: 1 },
      membershipNeeded: false,
      visitNeeded: false,
    });
    const codes = (await problemsIn(id)).map(({ code }) => code).sort();
    expect(codes).toEqual([
      'amount-not-fixed',
      'attachment-type-missing',
      'nik-not-16-digits',
      'rab-sum-wrong',
      'village-unknown',
    ]);
    expect(await scene.check(id, 1, at(2))).toEqual(checked);
    expect(await scene.check(id, 1, at(3))).toEqual(checked);
    expect((await proposalOf(id)).corrections).toBe(1);

    await scene.ask(id, 'correction', '1', at(4));
    await scene.upload('problems', packetOf(4), at(5));
    expect(await scene.check(id, 1, at(6))).toMatchObject({
      outcome: 'passed',
      correction: { revision: 2, round: 1 },
    });
    expect(await problemsIn(id)).toEqual([]);
  });

  it('is uncorrectable after as many corrections as the rule-pack allows', async () => {
    const wrong = packetOf(5, (packet) => {
      packet.amountAsked = 1;
    });
    const { id, checked } = await scene.submitted('hopeless', wrong);
    expect(checked.outcome).toBe('problems');
    const outcomes = [];
    for (const round of [1, 2, 3]) {
      await scene.ask(id, 'correction', String(round), at(round * 10));
      await scene.upload('hopeless', wrong, at(round * 10 + 1));
      outcomes.push((await scene.check(id, 1, at(round * 10 + 2))).outcome);
    }
    expect(outcomes).toEqual(['problems', 'problems', 'uncorrectable']);
    expect((await problemsIn(id)).length).toBeGreaterThan(0);
    expect(await scene.check(id, 1, at(32))).toMatchObject({ outcome: 'uncorrectable' });
  });

  it.each([
    ['is not JSON', '{"contact" {"email":"ketua@example.id"', 'not-json'],
    ['is cut off', '{"contact":{"email":"ketua@example.id"', 'json-cut-off'],
    ['has an unknown schema version', '{"schemaVersion":9}', 'schema-version-unknown'],
    ['is too large', `"${'x'.repeat(300_000)}"`, 'packet-too-large'],
    ['is empty', '', 'json-empty'],
  ])('is reported when it %s', async (what, text, code) => {
    const { id, checked } = await scene.submitted(`odd-${what.replaceAll(' ', '-')}`, text);
    expect(checked.outcome).toBe('problems');
    expect((await problemsIn(id)).map((problem) => problem.code)).toEqual([code]);
  });

  it('is not accused of altered attachments because of the way its file was saved', async () => {
    const packet = packetOf(70);
    const marked = `\ufeff${JSON.stringify(packet)}`;
    const saved = { 'a mark': Buffer.from(marked), 'UTF-16': Buffer.from(marked, 'utf16le') };
    for (const [how, bytes] of Object.entries(saved)) {
      const prefix = `saved-with-${how.replaceAll(' ', '-')}`;
      scene.files.set(
        prefix,
        packet.attachments.map(({ name }) => foundFile(name)),
      );
      const { id } = await scene.upload(prefix, bytes, at(0));
      expect(await scene.register(id, prefix, at(1))).toMatchObject({ outcome: 'complete' });
      const expected = how === 'a mark' ? [] : ['person-already-held', 'account-in-use'];
      await scene.check(id, 1, at(2));
      expect([...new Set((await problemsIn(id)).map(({ code }) => code))]).toEqual(expected);
    }
  });

  it('is fetched once for its registration and once for its checks', async () => {
    const fetched: string[] = [];
    const { proposal } = scene.objects;
    scene.objects.proposal = (prefix, versionId) => {
      fetched.push(versionId);
      return proposal(prefix, versionId);
    };
    const { versionId, ...rest } = scene.put('fetched', packetOf(71));
    scene.files.get('fetched')?.pop();
    await scene.deliver('fetched', { versionId, ...rest }, at(0));
    const id = proposalIdOf('fetched');
    expect(await scene.register(id, 'fetched', at(1))).toMatchObject({ outcome: 'attachments-missing' });
    const ports = {
      packets: scene.store.packets,
      objects: scene.objects,
      wake: async () => 'resumed' as const,
    };
    expect(await awaitArrival({ prefix: 'fetched', taskToken: 'token', now: at(2) }, ports)).toBe('waiting');
    expect(fetched).toEqual([versionId]);
    await scene.check(id, 1, at(3));
    expect(fetched).toEqual([versionId, versionId]);
    scene.objects.proposal = proposal;
  });

  it('keeps the address that can be salvaged from a broken packet', async () => {
    const { id } = await scene.submitted('salvaged', '{"contact": {"email": "ketua@example.id", ');
    expect(await proposalOf(id)).toMatchObject({ contact: { email: 'ketua@example.id' } });
  });

  it('stores a bounded number of problems of a packet that is broken throughout', async () => {
    const { id, checked } = await scene.submitted(
      'hostile',
      JSON.stringify({ schemaVersion: 1, rab: Array(200).fill(1), attachments: Array(200).fill(1) }),
    );
    expect(checked.outcome).toBe('problems');
    expect(await problemsIn(id)).toHaveLength(200);
  });
});

describe('attachments', () => {
  it('are compared with what the packet says of them', async () => {
    const { id } = await scene.upload('files', packetOf(6), at(0));
    const files = scene.files.get('files') ?? [];
    const [altered, disguised] = files;
    if (altered !== undefined) altered.sha256 = 'f'.repeat(64);
    if (disguised !== undefined) disguised.mediaType = null;
    const lost = files.pop();
    await scene.register(id, 'files', at(1));
    await scene.check(id, 1, at(2));
    const found = (await problemsIn(id)).map(({ code, where }) => `${code} ${where}`);
    expect(found.sort()).toEqual(
      [
        `attachment-altered ${altered?.name}`,
        `attachment-wrong-content ${disguised?.name}`,
        `attachment-not-uploaded ${lost?.name}`,
      ].sort(),
    );
  });
});

describe('one person, one live award', () => {
  it('lets exactly one of two groups that share a person continue, and says nothing of the other', async () => {
    const names = ['first-come', 'second-come'] as const;
    const ids = [];
    for (const [index, prefix] of names.entries()) {
      const { id } = await scene.upload(prefix, swapFirstMember(10 + index, 99), at(0));
      await scene.register(id, prefix, at(1));
      ids.push(id);
    }
    const checks = await Promise.all(ids.map((id) => scene.check(id, 1, at(2))));
    expect(checks.map(({ outcome }) => outcome).sort()).toEqual(['passed', 'problems']);
    const [winner, loser] = checks[0]?.outcome === 'passed' ? ids : ids.toReversed();
    const problems = await problemsIn(loser ?? '');
    expect(problems).toEqual([
      { code: 'person-already-held', where: '/members/0/nik', facts: { number: 1 } },
    ]);
    const texts = problems.flatMap((each) => [problemText(each, 'id'), problemText(each, 'en')]).join(' ');
    expect(texts).not.toContain(winner);
    // The loser holds no one: its other people are free for another proposal.
    const loserGroup = loser === ids[0] ? 10 : 11;
    expect(await locksOf(loserGroup)).toEqual([]);
  });

  it('frees a member who was replaced', async () => {
    const { id } = await scene.submitted('replaced', packetOf(12));
    await scene.store.proposals.update(id, at(3), (proposal) => ({
      proposal: { ...proposal, corrections: 1 },
      result: undefined,
    }));
    await scene.ask(id, 'correction', '1', at(4));
    await scene.upload('replaced', swapFirstMember(12, 98), at(5));
    expect(await scene.check(id, 1, at(6))).toMatchObject({ outcome: 'passed' });
    const held = await scene.store.locks.find([firstNik(12), firstNik(98)].map(personalData.hashNik));
    expect(held.map(({ nikHash }) => nikHash)).toEqual([personalData.hashNik(firstNik(98))]);
  });

  it('does not take a person who owes a report from an earlier award', async () => {
    const owing = personalData.hashNik(firstNik(97));
    await scene.store.commit({
      proposalId: 'P-0000000009',
      now: at(0),
      events: [],
      changes: [scene.store.locks.keepForOverdue(owing, 'P-0000000009', at(0))],
    });
    const { id } = await scene.submitted('owing', swapFirstMember(13, 97));
    expect((await problemsIn(id)).map(({ code }) => code)).toEqual(['person-has-overdue-report']);
  });
});

describe('an account that two proposals give', () => {
  const number = (group: number) => packetOf(group).account.number;
  const giving = (group: number, given: string) =>
    packetOf(group, ({ account }) => {
      account.number = given;
    });
  const codesOf = async (id: string) => (await problemsIn(id)).map(({ code, where }) => `${code} ${where}`);

  it.each([
    ['the same', 60, (given: string) => given],
    [
      'with dashes and blanks',
      62,
      (given: string) => `${given.slice(0, 4)}-${given.slice(4, 6)} ${given.slice(6)}`,
    ],
    ['with dots', 64, (given: string) => `${given.slice(0, 3)}.${given.slice(3)}`],
  ])('stops the later and marks the earlier: %s', async (how, group, written) => {
    const earlier = await scene.submitted(`earlier ${how}`.replaceAll(' ', '-'), packetOf(group));
    const later = giving(group + 1, written(number(group)));
    const { id, checked } = await scene.submitted(`later ${how}`.replaceAll(' ', '-'), later);
    expect(checked.outcome).toBe('problems');
    expect(await codesOf(id)).toEqual(['account-in-use /account/number']);
    expect(await proposalOf(earlier.id)).toMatchObject({ stage: 'verification', accountClaimed: { by: id } });
    // The same check once more notes nothing new.
    const { version } = await proposalOf(earlier.id);
    await scene.check(id, 1, at(3));
    expect((await proposalOf(earlier.id)).version).toBe(version);
    const events = await scene.store.audit.list({ proposalId: earlier.id });
    const claims = events.filter(({ action }) => action === 'account.claimed-elsewhere');
    expect(claims.map(({ facts }) => facts)).toEqual([{ by: id, accepted: false }]);
    // Who verifies and approves sees the whole account, and which proposal gave it as well.
    const marked = await proposalOf(earlier.id);
    const shown = { proposal: marked, content: contentOf(marked) } as ShownAsk;
    const page = String(html`${wholeProposal(shown)}`);
    for (const text of ['Bank Negara Indonesia (BNI)', number(group), 'KEL SUMBER REJEKI', id])
      expect(page).toContain(text);
    // With an account of its own the later goes on.
    await scene.ask(id, 'correction', '1', at(4));
    await scene.upload(`later ${how}`.replaceAll(' ', '-'), packetOf(group + 1), at(5));
    expect(await scene.check(id, 1, at(6))).toMatchObject({ outcome: 'passed' });
  });

  it('is the same by zeros in front, and not the same at another bank', async () => {
    const { hashAccount } = personalData;
    const account = { bankCode: '200', number: '0000001234567890' };
    expect(hashAccount({ ...account, number: '1234567890' })).toBe(hashAccount(account));
    expect(hashAccount({ ...account, bankCode: '008' })).not.toBe(hashAccount(account));
    expect(hashAccount(account)).not.toContain('1234567890');
  });

  it('passes one of two that come at the same time', async () => {
    const ids = [];
    for (const group of [66, 67]) {
      const prefix = `account-race-${group}`;
      const packet = giving(group, number(66));
      scene.files.set(
        prefix,
        packet.attachments.map(({ name }) => foundFile(name)),
      );
      const { id } = await scene.upload(prefix, packet, at(0));
      await scene.register(id, prefix, at(1));
      ids.push(id);
    }
    const checks = await Promise.all(ids.map((id) => scene.check(id, 1, at(2))));
    expect(checks.map(({ outcome }) => outcome).sort()).toEqual(['passed', 'problems']);
    const loser = ids[checks[0]?.outcome === 'passed' ? 1 : 0] ?? '';
    expect(await codesOf(loser)).toEqual(['account-in-use /account/number']);
  });

  it('is free again when a revision names another, and when the proposal has ended', async () => {
    const { id } = await scene.submitted('gave-it-up', giving(68, '0076543210'));
    const { store } = scene;
    const hash = personalData.hashAccount({ bankCode: '009', number: '0076543210' });
    expect(await store.accountClaims.look(hash)).toEqual({ proposalId: id, lives: true });
    await store.proposals.update(id, at(3), (proposal) => ({
      proposal: {
        ...proposal,
        stage: 'rejected',
        at: 'verification',
        rejectedAt: at(3),
        reason: 'uncorrected',
      } as never,
      events: [],
      result: undefined,
    }));
    expect(await store.accountClaims.look(hash)).toEqual({ proposalId: id, lives: false });
    const next = await scene.submitted('took-it-over', giving(69, '0076543210'));
    expect(next.checked.outcome).toBe('passed');
    expect(await store.accountClaims.look(hash)).toEqual({ proposalId: next.id, lives: true });
  });
});
