/** What comes in by S3 and by HTTP: packets and settings, whole and broken, once and often. */

import { PutObjectCommand } from '@aws-sdk/client-s3';
import { paginateListExecutions } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { putAttachment, putPacket, putProposal } from '#cli/cloud/upload.ts';
import { proposalIdOf } from '#domain/identifiers.ts';
import { maxPacketBytes, packetKeys } from '#domain/packet/packet.ts';
import type { Mail } from '#players/mailbox.ts';
import { silence } from '#players/replies.ts';
import { proposalText, type SamplePacket, withProposal, withWrongSum } from '#samples/packet.ts';
import { contactOf, startWorld, tkmGroup, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

/** Puts a packet whose proposal.json is this text. */
function putText(packet: SamplePacket, proposal: string) {
  return putPacket(world.connection, packet.prefix, { proposal, attachments: packet.attachments });
}

/** The one mail that asks for corrections. */
async function correctionMail(address: string): Promise<Mail> {
  await world.settle();
  const mails = await world.mailsTo(address, 'Perbaikan proposal');
  expect(mails).toHaveLength(1);
  const [mail] = mails;
  if (mail === undefined) throw new Error(`${address} got no mail.`);
  return mail;
}

async function stageOf(packet: SamplePacket) {
  return (await world.proposal(proposalIdOf(packet.prefix))).stage;
}

describe('a broken packet', () => {
  test('that is not JSON: the leader is notified, though the rest cannot be read', async () => {
    const packet = tkmGroup(101);
    const text = proposalText(packet.proposal);
    const cut = `{ "contact": { "email": "${contactOf(packet)}" }, ${text.slice(1, 2000)}`;
    await putText(packet, cut);
    const mail = await correctionMail(contactOf(packet));
    expect(mail.text).toContain('tidak dapat dibaca sebagai JSON');
    expect(mail.text).toContain('cannot be read as JSON');
  });

  test('that is too large: the address that was given with the upload is notified', async () => {
    const packet = tkmGroup(102);
    const { s3, outputs } = world.connection;
    await s3.send(
      new PutObjectCommand({
        Bucket: outputs.UploadsBucketName,
        Key: packetKeys(packet.prefix).proposal,
        Body: proposalText(packet.proposal) + ' '.repeat(maxPacketBytes),
        Metadata: { contact: contactOf(packet) },
      }),
    );
    expect((await correctionMail(contactOf(packet))).text).toContain(
      `lebih dari batas ${maxPacketBytes} byte`,
    );
  });

  test('of an unknown schema version is refused by that version', async () => {
    const packet = tkmGroup(103);
    await putText(packet, JSON.stringify({ ...packet.proposal, schemaVersion: 2 }));
    expect((await correctionMail(contactOf(packet))).text).toContain('Versi skema "2" tidak dikenal');
  });

  test('with several mistakes: one mail lists them all, each with its place and what to do', async () => {
    const packet = withWrongSum(
      withProposal(tkmGroup(104), (proposal) => ({
        ...proposal,
        members: proposal.members.map((member) => {
          if (member.number === 3) return { ...member, nik: `${member.nik.slice(0, 15)}` };
          if (member.number === 5) return { ...member, nik: proposal.members[5]?.nik ?? '' };
          return member;
        }),
      })),
    );
    const attachments = new Map(packet.attachments);
    const altered = Buffer.from(attachments.get('ktp-07.jpg') ?? []);
    altered[altered.length - 3] = 0;
    attachments.set('ktp-07.jpg', altered);
    // A picture that calls itself a PDF.
    attachments.set('proposal.pdf', packet.attachments.get('ktp-08.jpg') ?? altered);
    await putText({ ...packet, attachments }, proposalText(packet.proposal));
    const { text } = await correctionMail(contactOf(packet));
    for (const what of [
      /anggota ke-3: NIK/,
      /anggota ke-[56]: NIK/,
      /baris RAB ke-1: total/,
      /ktp-07\.jpg/,
      /proposal\.pdf/,
      /member 3: NIK/,
      /RAB line 1: total/,
    ]) {
      expect(text).toMatch(what);
    }
    expect(text).not.toContain(packet.proposal.members[5]?.nik);
  });

  test('stays where it was put, and the console shows what is wrong', async () => {
    const proposal = await world.proposal(proposalIdOf(tkmGroup(103).prefix));
    expect(proposal).toMatchObject({ stage: 'received', problems: [{ code: 'schema-version-unknown' }] });
  });
});

describe('attachments', () => {
  test('may come after proposal.json, in any order', async () => {
    const packet = tkmGroup(111);
    world.expect(packet.prefix, { membership: silence });
    await putProposal(world.connection, packet.prefix, proposalText(packet.proposal));
    await world.settle();
    expect(await stageOf(packet)).toBe('received');
    for (const [name, bytes] of [...packet.attachments].reverse()) {
      await putAttachment(world.connection, packet.prefix, name, bytes);
    }
    await world.settle();
    expect(await stageOf(packet)).toBe('verification');
  });

  test('that never come are asked for after three days', async () => {
    const packet = tkmGroup(112);
    const attachments = new Map(packet.attachments);
    attachments.delete('bank-reference.pdf');
    await putText({ ...packet, attachments }, proposalText(packet.proposal));
    await world.settle();
    expect(await world.mailsTo(contactOf(packet))).toEqual([]);
    await world.connection.control.advance({ seconds: 3 * 86_400 + 60 });
    expect((await correctionMail(contactOf(packet))).text).toContain('bank-reference.pdf');
  });
});

describe('the same upload', () => {
  test('delivered three times makes one execution, and no one is bothered', async () => {
    const packet = tkmGroup(121);
    const text = proposalText(packet.proposal);
    world.expect(packet.prefix, { membership: silence });
    await putText(packet, text);
    await Promise.all([1, 2].map(() => putProposal(world.connection, packet.prefix, text)));
    await world.settle();
    await putProposal(world.connection, packet.prefix, text);
    await world.settle();
    expect(await executionsNamed(proposalIdOf(packet.prefix))).toBe(1);
    expect((await world.proposal(proposalIdOf(packet.prefix))).revision).toBe(1);
    expect(await world.mailsTo(contactOf(packet), 'Revisi')).toEqual([]);
  });

  test('changed, while no correction is awaited, is refused with the reason', async () => {
    const packet = tkmGroup(121);
    const changed = withProposal(packet, (proposal) => ({ ...proposal, amountAsked: 1 }));
    await putProposal(world.connection, packet.prefix, proposalText(changed.proposal));
    await world.settle();
    const [mail] = await world.mailsTo(contactOf(packet), 'Revisi tidak diterima');
    expect(mail?.text).toContain('tidak ada perbaikan yang diminta');
    expect(await stageOf(packet)).toBe('verification');
  });
});

describe('two groups that share one person', () => {
  test('exactly one continues; the other is notified, but not of who holds the person', async () => {
    const one = tkmGroup(131);
    const shared = one.proposal.members[3];
    if (shared === undefined) throw new Error('The group has no fourth member.');
    const other = withProposal(tkmGroup(132), (proposal) => ({
      ...proposal,
      members: proposal.members.map((own) => (own.number === 9 ? { ...shared, number: 9 } : own)),
    }));
    await Promise.all([one, other].map((packet) => putText(packet, proposalText(packet.proposal))));
    await world.settle();
    const stages = [await stageOf(one), await stageOf(other)];
    expect(stages.toSorted()).toEqual(['received', 'verification']);
    const [loser, winner] = stages[0] === 'received' ? [one, other] : [other, one];
    const { text } = await correctionMail(contactOf(loser));
    expect(text).toMatch(/anggota ke-[49]: NIK/);
    expect(text).not.toContain(winner.proposal.group.name);
    expect(text).not.toContain(proposalIdOf(winner.prefix));
  });
});

describe('POST /packets', () => {
  const post = (body: object) =>
    fetch(new URL('packets', withSlash(world.connection.outputs.ApiUrl)), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  test('answers with forms, and what is sent by them becomes a proposal', async () => {
    const packet = tkmGroup(141);
    const files = [...packet.attachments].map(([name, bytes]) => ({ name, bytes, type: typeOf(name) }));
    const response = await post({
      contact: contactOf(packet),
      attachments: files.map(({ name, type, bytes }) => ({ name, type, bytes: bytes.length })),
    });
    expect(response.status).toBe(201);
    const { packet: prefix, uploads } = (await response.json()) as {
      packet: string;
      uploads: { key: string; url: string; fields: Record<string, string> }[];
    };
    world.expect(prefix, { membership: silence });
    for (const upload of uploads) {
      const name = upload.key.split('/').at(-1) ?? '';
      const bytes = packet.attachments.get(name) ?? Buffer.from(proposalText(packet.proposal));
      const form = new FormData();
      for (const [field, value] of Object.entries(upload.fields)) form.append(field, value);
      form.append('file', new Blob([Uint8Array.from(bytes)]), name);
      expect((await fetch(upload.url, { method: 'POST', body: form })).status).toBe(204);
    }
    await world.settle();
    expect((await world.proposal(proposalIdOf(prefix))).stage).toBe('verification');
  });

  test('refuses what it cannot take, with every reason', async () => {
    const response = await post({ attachments: [{ name: '../x', type: 'application/pdf', bytes: -1 }] });
    expect(response.status).toBe(400);
    const { problems } = (await response.json()) as { problems: { where: string }[] };
    expect(problems.map(({ where }) => where).toSorted()).toEqual([
      '/attachments/0/bytes',
      '/attachments/0/name',
    ]);
  });
});

async function executionsNamed(name: string): Promise<number> {
  const { stepFunctions, outputs } = world.connection;
  const stateMachineArn = outputs.ProposalStateMachineArn.replace(/:live$/, '');
  let count = 0;
  for await (const page of paginateListExecutions({ client: stepFunctions }, { stateMachineArn })) {
    count += (page.executions ?? []).filter((execution) => execution.name === name).length;
  }
  return count;
}

function withSlash(url: string) {
  return url.endsWith('/') ? url : `${url}/`;
}

function typeOf(name: string) {
  return name.endsWith('.pdf') ? 'application/pdf' : 'image/jpeg';
}

test('a directory with a mistake changes nothing, and the administrator is notified of what is wrong', async () => {
  const { s3, outputs, store } = world.connection;
  const before = await store.people.all();
  const people = before.map((person, index) => (index === 0 ? { ...person, email: 'nowhere' } : person));
  await s3.send(
    new PutObjectCommand({
      Bucket: outputs.SettingsBucketName,
      Key: 'people.json',
      Body: JSON.stringify({ schemaVersion: 1, people }),
    }),
  );
  await world.settle();
  expect(await store.people.all()).toEqual(before);
  const mails = await world.mailsTo('maya.sitompul@kemnaker.example', 'Berkas pengaturan ditolak');
  expect(mails).toHaveLength(1);
  expect(mails[0]?.text).toMatch(/orang ke-1: surel[\s\S]*person 1: e-mail/);
});
