/** What a sample group's leader sends when a correction is asked for: the corrected packet, where there is one. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { packetKeys } from '#domain/packet/packet.ts';
import type { Connection } from '../cloud/connection.ts';
import { projectFolder } from '../cloud/home.ts';

const packets = join(projectFolder, 'samples/packets');

/**
 * The corrected `proposal.json` of a packet that lies in `samples/packets`: of the one with that name, or with what was
 * uploaded.
 *
 * @returns undefined where there is none, or where it was sent already
 */
export async function correctionOf(
  { s3, outputs }: Pick<Connection, 's3' | 'outputs'>,
  packetPrefix: string,
): Promise<Uint8Array | undefined> {
  const { Body } = await s3.send(
    new GetObjectCommand({ Bucket: outputs.UploadsBucketName, Key: packetKeys(packetPrefix).proposal }),
  );
  const uploaded = Buffer.from((await Body?.transformToByteArray()) ?? []);
  for (const folder of await readdir(packets)) {
    const original = await readFile(join(packets, folder, 'proposal.json'));
    if (folder !== packetPrefix && !original.equals(uploaded)) continue;
    const corrected = await readFile(join(packets, folder, 'proposal.corrected.json')).catch(() => undefined);
    if (corrected !== undefined && !corrected.equals(uploaded)) return corrected;
  }
  return undefined;
}
