/** What lies in a packet's folder, as the checks want it. */
import type { FoundFile } from '#domain/packet/checks.ts';
import type { PacketReading } from '#domain/packet/reader.ts';
import type { PacketObjects } from '#functions/submission/packet-objects.ts';

/** Files that are read at the same time. */
const atOnce = 8;

/** The hash that the packet claims for each file, as far as it can be read. */
function claimedHashes({ parts }: PacketReading) {
  return new Map(parts?.attachments.items.map(({ item }) => [item.name, item.sha256]));
}

/**
 * The files under `attachments/`: those that the packet lists are read, of others only the name matters.
 *
 * A file that is too large to be read is not accused of being altered: its size is problem enough.
 */
export async function foundFiles(
  objects: Pick<PacketObjects, 'attachments' | 'inspect'>,
  prefix: string,
  reading: PacketReading,
): Promise<FoundFile[]> {
  const listed = new Set(reading.attachmentNames);
  const claimed = claimedHashes(reading);
  const arrived = await objects.attachments(prefix);
  const found: FoundFile[] = arrived
    .filter(({ name }) => !listed.has(name))
    .map((file) => ({ ...file, sha256: '', mediaType: null }));
  const wanted = arrived.filter(({ name }) => listed.has(name));
  for (let start = 0; start < wanted.length; start += atOnce) {
    const inspected = await Promise.all(
      wanted.slice(start, start + atOnce).map((file) => objects.inspect(prefix, file)),
    );
    for (const file of inspected)
      if (file !== undefined) found.push({ ...file, sha256: file.sha256 ?? claimed.get(file.name) ?? '' });
  }
  return found;
}
