import { describe, expect, it } from 'vitest';
import { idOfAsk } from '#test/asks.ts';
import { openStage, type Stage } from '../asks/stage.ts';
import { useTable } from '../dynamodb.ts';
import { at, packetOf } from '../scene.ts';

let stage: Stage;
useTable(async (table) => {
  stage = await openStage(table);
});

describe('the link to it', () => {
  it('is in every mail to the leader and in no other, each its own, hashed in the table', async () => {
    const id = await stage.submitted(5);
    await stage.turn(id, 'site-visit', '1');
    await stage.turn(id, 'correction', '1', 0, 'leader');
    await stage.turn(id, 'correction', '1', 1, 'leader');
    const secrets = stage.mails
      .filter(({ subject }) => subject.includes(id))
      .map(({ to, text }) => ({ to, secret: /\/s\/([A-Za-z0-9_-]{43})/.exec(text)?.[1] }));
    const leader = packetOf(5).contact.email;
    for (const { to, secret } of secrets) expect(secret !== undefined, to).toBe(to === leader);
    const own = secrets.flatMap(({ secret }) => secret ?? []);
    expect(own).toHaveLength(2);
    expect(new Set(own).size).toBe(2);
    for (const secret of own)
      expect(await stage.store.messages.link(secret, at(100))).toMatchObject({
        to: 'status',
        subjectId: id,
      });
    // It shows, and answers nothing.
    expect((await stage.post(own[0] ?? '', { outcome: 'withdrawn', reason: 'x' })).statusCode).toBe(404);
    expect((await stage.store.asks.get(id, idOfAsk(id, 'correction', '1'))).status).toBe('open');
  });
});
