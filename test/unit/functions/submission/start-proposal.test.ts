import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proposalIdOf } from '#domain/identifiers.ts';
import { reject } from '#domain/proposal/endings.ts';
import { currentUpload } from '#functions/store/packets.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at, openScene, packetOf, type Scene } from '../scene.ts';

let table: TestTable;
let scene: Scene;
useTable((opened) => {
  table = opened;
  scene = openScene(table);
});

function startsOf(prefix: string) {
  return scene.started.filter((id) => id === proposalIdOf(prefix)).length;
}
async function current(prefix: string) {
  const packet = await scene.store.packets.get(prefix);
  return packet && currentUpload(packet).versionId;
}
async function actions(proposalId: string) {
  return (await scene.store.audit.list({ proposalId })).map(({ action }) => action);
}

describe('the first proposal.json of a folder', () => {
  it('starts one execution, however often its event is delivered', async () => {
    const first = scene.put('thrice', packetOf(1));
    const outcomes = [];
    for (const minute of [0, 1]) outcomes.push(await scene.deliver('thrice', first, at(minute)));
    const id = proposalIdOf('thrice');
    await scene.register(id, 'thrice', at(2));
    outcomes.push(await scene.deliver('thrice', first, at(3)));
    expect(outcomes).toEqual(['started', 'nothing-new', 'nothing-new']);
    // Before the proposal is registered it cannot be known whether the start succeeded; its name makes it one.
    expect(startsOf('thrice')).toBe(2);
    expect(await actions(id)).toEqual(['packet.uploaded', 'proposal.registered']);
  });

  it('starts the execution when the same bytes come again and the first start had failed', async () => {
    const content = packetOf(20);
    await scene.deliver('start-failed', scene.put('start-failed', content), at(0));
    const before = startsOf('start-failed');
    expect(await scene.deliver('start-failed', scene.put('start-failed', content), at(1))).toBe(
      'nothing-new',
    );
    expect(startsOf('start-failed')).toBe(before + 1);
  });

  it('starts one execution when its event is delivered several times at once', async () => {
    const first = scene.put('at-once', packetOf(2));
    await Promise.all([0, 0, 0].map((minute) => scene.deliver('at-once', first, at(minute))));
    expect(startsOf('at-once')).toBeGreaterThanOrEqual(1);
    expect(await actions(proposalIdOf('at-once'))).toEqual(['packet.uploaded']);
  });
});

describe('registration', () => {
  it('pins the rule-pack, knows the contact, and does it once', async () => {
    const { id } = await scene.upload('registered', packetOf(3), at(0));
    for (const minute of [1, 2])
      expect(await scene.register(id, 'registered', at(minute))).toEqual({
        outcome: 'complete',
        waitSeconds: 0,
      });
    expect(await scene.store.proposals.get(id)).toMatchObject({
      stage: 'received',
      pack: { id: 'tkm-2020', version: 2 },
      contact: { email: 'ketua@kelompok.example' },
      receivedAt: at(1),
    });
  });

  it('waits for attachments that are missing, as long as the rule-pack says', async () => {
    const { id } = await scene.upload('late-files', packetOf(4), at(0));
    scene.files.get('late-files')?.pop();
    const registration = await scene.register(id, 'late-files', at(1));
    expect(registration).toEqual({ outcome: 'attachments-missing', waitSeconds: 259_200 });
  });

  it('waits for nothing when the packet cannot be read, and keeps the upload’s contact', async () => {
    const { id } = await scene.upload(
      'broken',
      '{"attachments":[{"name":"a.pdf"}',
      at(0),
      'ketua@example.id',
    );
    expect(await scene.register(id, 'broken', at(1))).toEqual({ outcome: 'complete', waitSeconds: 0 });
    expect(await scene.store.proposals.get(id)).toMatchObject({
      contact: { email: 'ketua@example.id', language: 'id' },
    });
  });
});

describe('a later proposal.json', () => {
  it('answers the correction that is open, once, and is what is checked from then on', async () => {
    const { id } = await scene.submitted(
      'corrected',
      packetOf(5, (packet) => (packet.amountAsked = 1)),
    );
    const askId = await scene.ask(id, 'correction', '1', at(3));
    const revision = scene.put('corrected', packetOf(5));
    expect(await scene.deliver('corrected', revision, at(4))).toBe('revised');
    expect(await scene.deliver('corrected', revision, at(5))).toBe('nothing-new');
    expect(await current('corrected')).toBe(revision.versionId);
    expect(await scene.store.proposals.get(id)).toMatchObject({ revision: 2 });
    expect(await scene.store.asks.get(id, askId)).toMatchObject({
      status: 'answered',
      outcome: 'revised',
      answer: { outcome: 'revised', revision: 2 },
      resumedAt: at(4),
    });
    expect(scene.resumed.filter((input) => JSON.stringify(input).includes(askId))).toHaveLength(1);
    expect(await scene.check(id, 1, at(6))).toMatchObject({ outcome: 'passed' });
  });

  it('answers the correction even with the same bytes: a forgotten attachment may have come', async () => {
    const packet = packetOf(6, (each) => (each.amountAsked = 1));
    const { id } = await scene.submitted('same-bytes', packet);
    await scene.ask(id, 'correction', '1', at(3));
    expect((await scene.upload('same-bytes', packet, at(4))).outcome).toBe('revised');
  });

  it('is refused with the reason when it was not asked for, and changes nothing', async () => {
    const { id } = await scene.submitted('unasked', packetOf(7));
    const before = await current('unasked');
    const version = (await scene.store.proposals.get(id)).version;
    const later = scene.put(
      'unasked',
      packetOf(7, (packet) => (packet.group.name = 'Nama Lain')),
    );
    expect(await scene.deliver('unasked', later, at(4))).toBe('refused');
    expect(await scene.deliver('unasked', later, at(5))).toBe('refused');
    expect(scene.refused.filter(({ versionId }) => versionId === later.versionId)).toEqual([
      { versionId: later.versionId, reason: 'no-open-correction' },
    ]);
    expect(await current('unasked')).toBe(before);
    expect((await scene.store.proposals.get(id)).version).toBe(version);
    expect((await actions(id)).filter((action) => action === 'packet.revision-refused')).toHaveLength(1);
  });

  it('is refused as too late after the proposal ended', async () => {
    const { id } = await scene.submitted('ended', packetOf(8));
    await scene.store.proposals.update(id, at(3), (proposal) => ({
      ...reject(proposal, { at: 'verification', reason: 'withdrawn' }, at(3)),
      result: undefined,
    }));
    const later = scene.put(
      'ended',
      packetOf(8, (packet) => (packet.group.name = 'Nama Lain')),
    );
    await scene.deliver('ended', later, at(4));
    expect(scene.refused.at(-1)).toEqual({ versionId: later.versionId, reason: 'ended' });
  });

  it('is nothing new when it holds the same bytes and was not asked for', async () => {
    await scene.submitted('retried', packetOf(9));
    expect((await scene.upload('retried', packetOf(9), at(4))).outcome).toBe('nothing-new');
  });

  it('is nothing new when its event comes after that of a newer version', async () => {
    const older = scene.put('out-of-order', '{"older":true}');
    await scene.upload('out-of-order', packetOf(10), at(0));
    expect(await scene.deliver('out-of-order', older, at(1))).toBe('nothing-new');
  });
});

describe('events of uploads', () => {
  it('lead to one start and one revision in whatever order and number they come', async () => {
    let folder = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 6 }), async (order) => {
        const prefix = `shuffled-${++folder}`;
        const { id } = await scene.submitted(
          prefix,
          packetOf(20 + folder, (packet) => (packet.amountAsked = 1)),
        );
        const first = (await scene.store.packets.get(prefix))?.accepted[0];
        if (first === undefined) throw new Error('the packet is there');
        await scene.ask(id, 'correction', '1', at(3));
        const second = scene.put(prefix, packetOf(20 + folder));
        for (const which of order) await scene.deliver(prefix, which === 0 ? first : second, at(4));
        const proposal = await scene.store.proposals.get(id);
        expect(proposal.revision).toBe(order.includes(1) ? 2 : 1);
        expect(startsOf(prefix)).toBe(1);
        expect(await scene.store.audit.verify({ proposalId: id })).toMatchObject({ sound: true });
      }),
      { numRuns: 8 },
    );
  });
});
