/** A packet as a folder on a disk. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a packet's folder holds, read as it is: `proposal.json` need not be sound. */
export interface PacketFolder {
  proposal: Uint8Array;
  attachments: Map<string, Uint8Array>;
}

/** @param proposalName another file of the folder that is to be taken for `proposal.json` */
export async function readPacketFolder(
  folder: string,
  proposalName = 'proposal.json',
): Promise<PacketFolder> {
  const proposal = await readFile(join(folder, proposalName));
  const attachments = new Map<string, Uint8Array>();
  const names = await readdir(join(folder, 'attachments')).catch(() => []);
  for (const name of names.sort()) attachments.set(name, await readFile(join(folder, 'attachments', name)));
  return { proposal, attachments };
}
