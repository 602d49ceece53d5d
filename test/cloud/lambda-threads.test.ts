/** Functions that share a thread: each is as if it were alone. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TinyCloud } from './fixtures/tiny-cloud.ts';

let tiny: TinyCloud;
beforeEach(async () => {
  tiny = new TinyCloud();
  await tiny.start();
});
afterEach(() => tiny.remove());

function call(who: string, how?: string, more: object = {}) {
  return tiny.invoke(who, { how, ...more });
}
async function seen(who: string, how?: string) {
  return Object((await call(who, how)).result);
}
async function log(name: string): Promise<string> {
  return String((await tiny.control('GET', `/logs/${name}`)).body);
}

describe('functions in one thread', () => {
  it('have their own environment, credentials and state, across awaits and timers', async () => {
    const [left, right, again] = [await seen('left'), await seen('right'), await seen('left')];
    expect(right.threadId).toBe(left.threadId);
    expect(again.threadId).toBe(left.threadId);
    const keys = new Map<string, string>();
    for (const [who, all] of [
      ['left', left],
      ['right', right],
      ['left', again],
    ] as const) {
      for (const each of [all.first, all.awaited, all.paused, all.timed]) {
        expect(each.who).toBe(who);
        expect(keys.get(who) ?? each.key).toBe(each.key);
        keys.set(who, each.key);
      }
    }
    expect(new Set(keys.values()).size).toBe(2);
    expect([left.calls, right.calls, again.calls]).toEqual([1, 1, 2]);
    expect([left.globalCalls, right.globalCalls, again.globalCalls]).toEqual([1, 1, 2]);
  });

  it('stay in it, turn after turn', async () => {
    const threads = new Set<unknown>();
    for (const who of ['left', 'right', 'left', 'right', 'left', 'right']) {
      threads.add((await seen(who)).threadId);
    }
    expect(threads.size).toBe(1);
  });

  it('print into their own logs', async () => {
    await Promise.all(['left', 'right', 'left', 'right', 'right'].map((who) => call(who)));
    const printed = async (who: string) => (await log(who)).match(/called \w+/g);
    expect(await printed('left')).toEqual(['called left', 'called left']);
    expect(await printed('right')).toEqual(['called right', 'called right', 'called right']);
  });

  it('see the time of their own event', async () => {
    const before = await seen('left');
    await tiny.control('POST', '/clock/advance', { seconds: 3600 });
    const after = await seen('right');
    expect(after.threadId).toBe(before.threadId);
    expect(before.timed.now).toBe('2026-01-05T00:00:00.000Z');
    expect(after.timed.now).toBe('2026-01-05T01:00:00.000Z');
  });

  it('keep what they left behind to themselves while another has its turn', async () => {
    const { result: threadId } = await call('left', 'leave');
    const left = async () => (await log('left')).match(/left by .*/g) ?? [];
    for (let before = 0; before < 5; before = (await left()).length) {
      const right = await seen('right');
      expect(right.threadId).toBe(threadId);
      expect(right.timed.who).toBe('right');
    }
    expect([...new Set((await left()).map((line) => JSON.parse(line.slice(8)).who))]).toEqual(['left']);
    expect(await log('right')).not.toContain('left by');
  });

  it('have one of each module that they list with one text, and any other for themselves', async () => {
    const all = [await seen('left'), await seen('right'), await seen('left')];
    expect(new Set(all.map(({ threadId }) => threadId)).size).toBe(1);
    expect(all.map(({ listed }) => listed)).toEqual([
      { uses: 1, who: 'left' },
      { uses: 2, who: 'right' },
      { uses: 3, who: 'left' },
    ]);
    expect(all.map(({ unlisted }) => unlisted)).toEqual([
      { uses: 1, who: 'left' },
      { uses: 1, who: 'right' },
      { uses: 2, who: 'left' },
    ]);
  });

  it('that change what all share have a thread of their own from then on', async () => {
    const before = await seen('right');
    const patching = await seen('left', 'patch');
    expect(patching).toMatchObject({ threadId: before.threadId, isPatched: true });
    const right = await seen('right');
    expect(right.isPatched).toBe(false);
    expect(right.threadId).not.toBe(patching.threadId);
    expect(await seen('left')).toMatchObject({ threadId: patching.threadId, isPatched: true, calls: 2 });
  });

  it('of one code do not share its state', async () => {
    // These two are one asset.
    const [narrow, hasty] = [await tiny.invoke('narrow', { n: 1 }), await tiny.invoke('hasty', { n: 2 })];
    expect([narrow.result, hasty.result]).toEqual([{ n: 1 }, { n: 2 }]);
    expect(await log('narrow')).not.toContain('handled 2');
  });
});

describe('a function that breaks while another of its thread works or waits', () => {
  const broken: readonly (readonly [string, object])[] = [
    ['hang', { errorType: 'Sandbox.Timedout' }],
    ['spin', { errorType: 'Sandbox.Timedout' }],
    ['exit', { errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('exit status 3') }],
    ['crash', { errorType: 'Error', errorMessage: 'crashed' }],
    ['reject', { errorType: 'Error', errorMessage: 'rejected' }],
    ['hoard', { errorType: 'Runtime.OutOfMemory' }],
  ];
  let door: Server;
  let address: string;
  let knocks: PromiseWithResolvers<ServerResponse>;
  beforeAll(async () => {
    door = createServer((_, response) => knocks.resolve(response));
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${Object(door.address()).port}`;
  });
  afterAll(() => door.close());

  it.each(broken)('by %s takes no result of the other', async (how, error) => {
    knocks = Promise.withResolvers();
    const who = how === 'hoard' ? 'greedy' : 'left';
    const [left, right] = [await seen(who), await seen('right')];
    expect(left.threadId).toBe(right.threadId);
    // One is in the middle of its work when the other breaks, and a third waits behind both.
    const working = call('right', 'wait', { until: address });
    const response = await knocks.promise;
    const breaking = call(who, how);
    const waiting = call('right');
    expect(await breaking).toMatchObject({ failed: 'Unhandled', result: error });
    response.end();
    expect(Object((await working).result).calls).toBe(2);
    expect((await waiting).failed).toBeUndefined();
    // From now on it has a thread of its own.
    const [after, other] = [await seen(who), await seen('right')];
    expect(after).toMatchObject({ calls: 1, first: { who } });
    expect(other.first.who).toBe('right');
    expect(after.threadId).not.toBe(other.threadId);
    expect((await log('right')).match(/called right/g)).toHaveLength(4);
  });
});
