/** Puts packets and settings into the buckets, as anyone with rights on them does. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { packetKeys } from '#domain/packet/packet.ts';
import { settingsFor } from '#players/directory.ts';
import type { Connection } from './connection.ts';

const types: Record<string, string> = {
  pdf: 'application/pdf',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  json: 'application/json',
};

/** The media type that a file's name promises. */
export function typeByName(name: string): string {
  return types[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';
}

type Uploads = Pick<Connection, 's3' | 'outputs'>;

function put(s3: Connection['s3'], bucket: string, key: string, body: Uint8Array | string) {
  return s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: typeByName(key) }),
  );
}

export async function putProposal({ s3, outputs }: Uploads, prefix: string, proposal: Uint8Array | string) {
  await put(s3, outputs.UploadsBucketName, packetKeys(prefix).proposal, proposal);
}

export async function putAttachment(
  { s3, outputs }: Uploads,
  prefix: string,
  name: string,
  bytes: Uint8Array,
) {
  await put(s3, outputs.UploadsBucketName, packetKeys(prefix).attachment(name), bytes);
}

/**
 * Puts a whole packet: the attachments first, since `proposal.json` starts the proposal.
 * @param progress called after each file
 */
export async function putPacket(
  uploads: Uploads,
  prefix: string,
  packet: { proposal: Uint8Array | string; attachments: ReadonlyMap<string, Uint8Array> },
  progress: () => void = () => undefined,
): Promise<void> {
  for (const [name, bytes] of packet.attachments) {
    await putAttachment(uploads, prefix, name, bytes);
    progress();
  }
  await putProposal(uploads, prefix, packet.proposal);
  progress();
}

/** Puts the sample directory and the sample ceilings, given for the year of `now` and the next. */
export async function putSampleSettings({ s3, outputs }: Uploads, now: string): Promise<void> {
  const year = Number(now.slice(0, 4));
  const { people, budgets } = await settingsFor([year, year + 1]);
  await put(s3, outputs.SettingsBucketName, 'people.json', people);
  await put(s3, outputs.SettingsBucketName, 'budgets.json', budgets);
}
