/** Reads the wish that was uploaded. */
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';

const client = new S3Client({});

/** @param {{ bucket: { name: string }, object: { key: string } }} detail of the event */
export const handler = async ({ bucket, object }) => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket.name, Key: object.key }));
  return JSON.parse((await Body?.transformToString()) ?? '');
};
