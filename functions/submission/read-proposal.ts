/** `proposal.json` at one version, fetched once and read once. */
import {
  contactFrom,
  type PacketReading,
  packetTooLarge,
  readPacket,
  unreadPacket,
} from '#domain/packet/reader.ts';
import { problem } from '#domain/text/problem.ts';
import type { PacketObjects } from '#functions/submission/packet-objects.ts';

/** What could be read of it. Whom to write to: as the packet says, or else as the upload's metadata `contact` said. */
export async function readProposal(
  objects: Pick<PacketObjects, 'proposal'>,
  packetPrefix: string,
  versionId: string,
): Promise<PacketReading> {
  const file = await objects.proposal(packetPrefix, versionId);
  if (file.outcome === 'gone') return unreadPacket(problem('packet-gone', ''));
  if (file.outcome === 'too-large') return unreadPacket(packetTooLarge(file.bytes), file.contact);
  const reading = readPacket(file.content);
  return { ...reading, contact: reading.contact ?? contactFrom({ email: file.contact }) };
}
