/**
 * Waiting for a packet's attachments without losing the wake-up.
 *
 * The waiter is written down before the folder is looked at, and an attachment's event comes after its object is
 * there. So whichever comes second, the look or the event, sees the other's work; both seeing it is harmless.
 */

import type { Resumed } from '#functions/runtime/resume.ts';
import type { Store } from '#functions/store/store.ts';
import type { PacketObjects } from '#functions/submission/packet-objects.ts';

interface Ports {
  packets: Pick<Store['packets'], 'await' | 'waiter' | 'forgetWaiter'>;
  objects: Pick<PacketObjects, 'attachments'>;
  /** Gives the waiting execution its answer. */
  wake: (taskToken: string) => Promise<Resumed>;
}

/** The wanted attachments that have not arrived. */
export async function missingAttachments(
  objects: Pick<PacketObjects, 'attachments'>,
  prefix: string,
  wanted: readonly string[],
): Promise<string[]> {
  if (wanted.length === 0) return [];
  const arrived = new Set((await objects.attachments(prefix)).map(({ name }) => name));
  return wanted.filter((name) => !arrived.has(name));
}

/**
 * Notes that an execution waits for what its registration expects, and wakes it at once when everything has arrived
 * meanwhile.
 */
export async function awaitArrival(
  { prefix, taskToken, now }: { prefix: string; taskToken: string; now: string },
  ports: Ports,
): Promise<'waiting' | 'complete'> {
  await ports.packets.await(prefix, { taskToken, since: now });
  return wakeIfComplete(prefix, ports);
}

/** Resumes the execution that waits for this packet, if everything has arrived. */
export async function wakeIfComplete(prefix: string, ports: Ports): Promise<'waiting' | 'complete'> {
  const waiter = await ports.packets.waiter(prefix);
  if (waiter === undefined) return 'complete';
  if ((await missingAttachments(ports.objects, prefix, waiter.wanted)).length > 0) return 'waiting';
  await ports.wake(waiter.taskToken);
  await ports.packets.forgetWaiter(prefix, waiter.taskToken);
  return 'complete';
}
