import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { answerPacketRequest } from '#functions/submission/create-packet.ts';
import { presignedForms } from '#functions/submission/packet-forms.ts';
import { packetKey } from '#functions/submission/packet-objects.ts';

const client = new S3Client({
  region: 'ap-southeast-3',
  credentials: { accessKeyId: 'TEST', secretAccessKey: 'test' },
});
function ask(body: unknown) {
  return answerPacketRequest(
    { body: typeof body === 'string' ? body : JSON.stringify(body), now: '2020-10-05T02:00:00.000Z' },
    presignedForms(client, 'uploads'),
  );
}

const answered = z.object({
  packet: z.string(),
  expiresAt: z.string(),
  uploads: z.array(z.object({ key: z.string(), url: z.string(), fields: z.record(z.string(), z.string()) })),
});
const refused = z.object({
  problems: z.array(
    z.object({ code: z.string(), where: z.string(), message: z.object({ id: z.string(), en: z.string() }) }),
  ),
});
function policyOf(fields: Record<string, string>) {
  return z
    .object({ conditions: z.array(z.unknown()) })
    .parse(JSON.parse(Buffer.from(fields.Policy ?? '', 'base64').toString())).conditions;
}

describe('POST /packets', () => {
  it('answers with one form for each file, each for one key, one type and a bounded size', async () => {
    const answer = await ask({
      contact: 'ketua@example.id',
      attachments: [{ name: 'ktp-01.jpg', type: 'image/jpeg', bytes: 1000 }],
    });
    expect(answer.statusCode).toBe(201);
    const { packet, uploads, expiresAt } = answered.parse(JSON.parse(answer.body));
    expect(uploads.map(({ key }) => key)).toEqual([
      `${packet}/attachments/ktp-01.jpg`,
      `${packet}/proposal.json`,
    ]);
    expect(expiresAt).toBe('2020-10-05T03:00:00.000Z');
    const [scan, proposal] = uploads;
    expect(policyOf(scan?.fields ?? {})).toEqual(
      expect.arrayContaining([
        ['content-length-range', 1, 1000],
        { key: `${packet}/attachments/ktp-01.jpg` },
        { 'Content-Type': 'image/jpeg' },
        { bucket: 'uploads' },
      ]),
    );
    expect(policyOf(proposal?.fields ?? {})).toEqual(
      expect.arrayContaining([{ 'x-amz-meta-contact': 'ketua@example.id' }]),
    );
    expect(packetKey(uploads[1]?.key ?? '')).toEqual({ prefix: packet, part: 'proposal' });
  });

  it('names a new packet each time, unguessable, and continues with one that it named', async () => {
    const packets = await Promise.all(
      [ask({}), ask({})].map(async (answer) => answered.parse(JSON.parse((await answer).body)).packet),
    );
    expect(new Set(packets).size).toBe(2);
    const again = await ask({ packet: packets[0] });
    expect(answered.parse(JSON.parse(again.body)).packet).toBe(packets[0]);
  });

  it('lists everything that is wrong at once, in both languages', async () => {
    const answer = await ask({
      packet: '../evidence',
      attachments: [
        { name: '../../x', type: 'image/jpeg', bytes: 1 },
        { name: 'a.pdf', type: 'PDF!', bytes: 0 },
      ],
      surprise: 1,
    });
    expect(answer.statusCode).toBe(400);
    const { problems } = refused.parse(JSON.parse(answer.body));
    expect(problems.map(({ where }) => where).sort()).toEqual([
      '/attachments/0/name',
      '/attachments/1/bytes',
      '/attachments/1/type',
      '/packet',
      '/surprise',
    ]);
    for (const { message } of problems) expect(message.id).not.toBe(message.en);
  });

  it.each([
    ['that is not JSON', 'no json'],
    ['that is empty', ''],
    ['that is huge', `"${'x'.repeat(100_000)}"`],
    [
      'with a name twice',
      { attachments: [1, 2].map(() => ({ name: 'a.pdf', type: 'application/pdf', bytes: 9 })) },
    ],
    ['with a prototype in it', '{"__proto__":{"attachments":[]},"attachments":{}}'],
  ])('refuses a request %s', async (_, body) => {
    expect((await ask(body)).statusCode).toBe(400);
  });
});

describe('keys of the uploads bucket', () => {
  it.each([
    ['kelompok-1/proposal.json', { prefix: 'kelompok-1', part: 'proposal' }],
    ['kelompok-1/attachments/a.pdf', { prefix: 'kelompok-1', part: 'attachment', name: 'a.pdf' }],
    ['kelompok-1/attachments/deeper/a.pdf', undefined],
    ['kelompok-1/other/proposal.json', undefined],
    ['evidence/proposal.json', undefined],
    ['drafts/proposal.json', undefined],
    ['proposal.json', undefined],
    ['a b/proposal.json', undefined],
    ['kelompok-1/attachments/', undefined],
  ])('reads %s', (key, part) => {
    expect(packetKey(key)).toEqual(part);
  });
});
