/** A packet in memory: what its folder holds, ready to be written to a disk or put into a bucket. */
import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Attachment, PacketInput } from '#domain/packet/packet.ts';

export interface SamplePacket {
  /** The folder's name, and the first part of the keys in the uploads bucket. */
  prefix: string;
  proposal: PacketInput;
  /** The bytes of each attachment by its name. */
  attachments: ReadonlyMap<string, Uint8Array>;
}

/** The same packet with its proposal changed; attachments stay. */
export function withProposal(
  packet: SamplePacket,
  change: (proposal: SamplePacket['proposal']) => SamplePacket['proposal'],
): SamplePacket {
  return { ...packet, proposal: change(structuredClone(packet.proposal)) };
}

/** The packet with a total in its budget that its quantity and price do not give. */
export function withWrongSum(packet: SamplePacket): SamplePacket {
  return withProposal(packet, (proposal) => ({
    ...proposal,
    rab: proposal.rab.map((line, index) => (index === 0 ? { ...line, total: line.total + 900_000 } : line)),
  }));
}

/** What the packet says about an attachment with these bytes. */
export function attachmentOf(name: string, type: string, bytes: Uint8Array, member?: number): Attachment {
  return {
    name,
    type,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    ...(member !== undefined && { member }),
  };
}

/** `proposal.json` as it is written: two spaces, a last line end. */
export function proposalText(proposal: PacketInput): string {
  return `${JSON.stringify(proposal, null, 2)}\n`;
}

/** Writes the packet as a folder, in place of what was there. */
export async function writePacketFolder(folder: string, packet: SamplePacket): Promise<void> {
  const attachments = join(folder, 'attachments');
  await rm(folder, { recursive: true, force: true });
  await mkdir(attachments, { recursive: true });
  await writeFile(join(folder, 'proposal.json'), proposalText(packet.proposal));
  for (const [name, bytes] of packet.attachments) await writeFile(join(attachments, name), bytes);
}
