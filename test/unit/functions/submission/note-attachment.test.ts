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
  it('wakes the execution when the last one arrives, and not before', async () => {
    const { wait, arrive, woken } = newFolder();
    expect(await wait('token', ['a.pdf', 'b.pdf'])).toBe('waiting');
    await arrive('a.pdf');
    await arrive('unlisted.pdf');
    expect(woken).toEqual([]);
    await arrive('b.pdf');
    expect(woken).toEqual(['token']);
    await arrive('b.pdf');
    expect(woken).toEqual(['token']);
  });
});
