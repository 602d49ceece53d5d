import { describe, expect, it } from 'vitest';
import { proposalIdOf } from '#domain/identifiers.ts';
import { NotFound } from '#functions/store/errors.ts';
import { newestRulePack } from '#programmes/index.ts';
import { digestOf, type TestTable, useTable } from '../dynamodb.ts';
import { at, openScene, packetOf, type Scene } from '../scene.ts';

let table: TestTable;
let scene: Scene;
useTable((opened) => {
  table = opened;
  scene = openScene(table);
});

const complete = { outcome: 'complete', waitSeconds: 0 };

describe('a proposal', () => {
  it('is written down once, pinned to the rule-pack in force, with whom to write to', async () => {
    const { id } = await scene.upload('sound', packetOf(1), at(0));
    expect(await scene.register(id, 'sound', at(1))).toEqual(complete);
    const pack = newestRulePack('tkm-2020');
    expect(await scene.store.proposals.get(id)).toMatchObject({
      stage: 'received',
      pack: { id: pack.id, version: pack.version },
      contact: { email: packetOf(1).contact.email },
      receivedAt: at(1),
    });
    const after = await digestOf(table);
    expect(await scene.register(id, 'sound', at(9))).toEqual(complete);
    expect(await digestOf(table)).toBe(after);
  });

  it('waits for attachments that its packet lists and that are not there, as long as its rule-pack says', async () => {
    const { id } = await scene.upload('waiting', packetOf(2), at(0));
    scene.files.set('waiting', (scene.files.get('waiting') ?? []).slice(1));
    expect(await scene.register(id, 'waiting', at(1))).toEqual({
      outcome: 'attachments-missing',
      waitSeconds: newestRulePack('tkm-2020').attachmentWaitSeconds,
    });
  });

  it('that cannot be read, or names no programme in force, is not waited for', async () => {
    const foreign = packetOf(3, (packet) => {
      packet.programme = 'tkm-1999';
    });
    for (const [prefix, content] of [
      ['broken', '{"programme": '],
      ['foreign', foreign],
    ] as const) {
      const { id } = await scene.upload(prefix, content, at(0));
      expect(await scene.register(id, prefix, at(1))).toEqual(complete);
      expect(await scene.store.proposals.get(id)).toMatchObject({ stage: 'received' });
      expect(await scene.store.proposals.get(id)).not.toHaveProperty('pack');
    }
  });

  it('is not written down for a folder that nothing was uploaded into', async () => {
    await expect(scene.register(proposalIdOf('empty'), 'empty', at(1))).rejects.toThrow(NotFound);
    expect(await scene.store.proposals.find(proposalIdOf('empty'))).toBeUndefined();
  });
});
