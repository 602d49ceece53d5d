import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPackets } from '#functions/store/packets.ts';
import { awaitArrival, wakeIfComplete } from '#functions/submission/arrival.ts';
import { type TestTable, useTable } from '../dynamodb.ts';

let table: TestTable;
useTable((opened) => {
  table = opened;
});

const now = '2020-10-05T02:00:00.000Z';
let packetsMade = 0;

/** A folder into which files arrive, and the tokens that were woken. */
function newFolder() {
  const arrived = new Set<string>();
  const woken: string[] = [];
  const prefix = `packet-${++packetsMade}`;
  const ports = {
    packets: createPackets(table),
    objects: { attachments: async () => [...arrived].map((name) => ({ name, bytes: 1 })) },
    wake: async (taskToken: string) => {
      woken.push(taskToken);
      return 'resumed' as const;
    },
  };
  const wait = async (taskToken: string, wanted: string[]) => {
    await ports.packets.expect(prefix, { proposalId: 'P-0000000001', wanted });
    return awaitArrival({ prefix, taskToken, now }, ports);
  };
  const arrive = (name: string) => {
    arrived.add(name);
    return wakeIfComplete(prefix, ports);
  };
  const expectAgain = (wanted: string[]) =>
    ports.packets.expect(prefix, { proposalId: 'P-0000000001', wanted });
  return { wait, arrive, expectAgain, woken };
}

describe('waiting for attachments', () => {
  it('wakes at once when everything is there already', async () => {
    const { wait, arrive, woken } = newFolder();
    await arrive('a.pdf');
    expect(await wait('token', ['a.pdf'])).toBe('complete');
    expect(woken).toEqual(['token']);
  });

  it('wakes the latest wait after the execution was redriven', async () => {
    const { wait, arrive, woken } = newFolder();
    await wait('first', ['a.pdf']);
    await wait('second', ['a.pdf']);
    await arrive('a.pdf');
    expect(woken).toEqual(['second']);
  });

  it('continues waiting when the registration is repeated meanwhile', async () => {
    const { wait, arrive, expectAgain, woken } = newFolder();
    await wait('token', ['a.pdf']);
    await expectAgain(['a.pdf']);
    await arrive('a.pdf');
    expect(woken).toEqual(['token']);
  });

  it('never loses the wake-up, however the wait and the arrivals interleave', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const { wait, arrive, woken } = newFolder();
        await Promise.all([
          scheduler.schedule(Promise.resolve()).then(() => arrive('a.pdf')),
          scheduler.schedule(Promise.resolve()).then(() => wait('token', ['a.pdf', 'b.pdf'])),
          scheduler.schedule(Promise.resolve()).then(() => arrive('b.pdf')),
          scheduler.waitAll(),
        ]);
        expect(woken.length).toBeGreaterThanOrEqual(1);
        expect(new Set(woken)).toEqual(new Set(['token']));
      }),
      { numRuns: 30 },
    );
  });
});
