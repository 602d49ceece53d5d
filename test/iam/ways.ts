/**
 * Every way that a proposal, a file or a call can go through the pipeline, good and bad. Each is played on a cloud of
 * its own, so that it is known which of them needed which right.
 */

import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { RedriveExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { clientSettings } from '#cli/cloud/connection.ts';
import { functionFor } from '#cli/cloud/invoke.ts';
import { putAttachment, putPacket, putProposal, putSampleSettings, typeByName } from '#cli/cloud/upload.ts';
import { executionArn } from '#cli/commands/history.ts';
import type { AskKind } from '#domain/asks/ask-kinds.ts';
import { proposalIdOf } from '#domain/identifiers.ts';
import { maxPacketBytes, packetKeys } from '#domain/packet/packet.ts';
import type { RollRow } from '#domain/public-works/roll-form.ts';
import { jakartaDate } from '#domain/working-days.ts';
import { writeLetter } from '#players/bank/bank-answers.ts';
import { addressesOf } from '#players/directory.ts';
import { composeReply, deliverMail } from '#players/mail-reply.ts';
import { linkIn, type Mail } from '#players/mailbox.ts';
import { rollFile, rollOnPage } from '#players/muster-roll.ts';
import { openPage, openReassignment, type Page, readPage, sendFile, sendForm } from '#players/page.ts';
import {
  agreeableReplies,
  correctedBy,
  type Replies,
  type Reply,
  type Situation,
  silence,
} from '#players/replies.ts';
import { fileOfType } from '#samples/files.ts';
import { proposalText, type SamplePacket, withProposal, withWrongSum } from '#samples/packet.ts';
import { approvedByPpk, contactOf, padatKaryaGroup, tkmGroup, type World } from '../e2e/world.ts';
import { type PolicyStatement, statementsOf, withhold } from './policies.ts';

/** Something that happens to the pipeline. */
export interface Way {
  /** A half-sentence: what needs a right is listed under it. */
  readonly name: string;
  play(world: World): Promise<void>;
}

const agreeable: Replies = agreeableReplies;
const day = 86_400;
function advance(world: World, seconds: number) {
  return world.connection.control.advance({ seconds });
}

/** A proposal whose people answer so, until it has ended or halted. */
function life(name: string, packet: SamplePacket, replies: Replies = {}): Way {
  return {
    name,
    play: async (world) => {
      const id = await world.submit(packet, replies);
      await world.playToEnd([id]);
    },
  };
}

/** A packet that is put as this text, and what is said of it. */
function upload(name: string, packet: SamplePacket, text: string): Way {
  return {
    name,
    play: async (world) => {
      world.expect(packet.prefix, { correction: silence, membership: silence });
      await putPacket(world.connection, packet.prefix, { proposal: text, attachments: packet.attachments });
      await world.settle();
    },
  };
}

async function put(world: World, bucket: string, key: string, body: string | Uint8Array) {
  await world.connection.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  await world.settle();
}

async function putPeople(world: World, people: readonly object[]) {
  return put(
    world,
    world.connection.outputs.SettingsBucketName,
    'people.json',
    JSON.stringify({ schemaVersion: 1, people }),
  );
}

function arnOf(world: World, id: string) {
  return executionArn(world.connection.outputs.ProposalStateMachineArn, id);
}

/** Lets a halted proposal go on. */
export async function redrive(world: World, id: string): Promise<void> {
  const command = new RedriveExecutionCommand({ executionArn: arnOf(world, id) });
  await world.connection.stepFunctions.send(command);
  await world.settle();
}

/** Plays while the statements that fit are withheld, and gives them back. */
async function without(
  world: World,
  fits: (statement: PolicyStatement) => boolean,
  play: () => Promise<void>,
): Promise<void> {
  const ids = (await statementsOf(world.endpoint)).filter(fits).map(({ id }) => id);
  if (ids.length === 0) throw new Error('No statement fits.');
  await withhold(world.endpoint, ids);
  await play();
  await withhold(world.endpoint, []);
}

function isOf(role: string, action: string) {
  return ({ roleArn, actions }: PolicyStatement): boolean =>
    roleArn?.includes(role) === true && action in actions;
}

/** All that the functions do when no function can reach the table, so that their events end in the queue of failures. */
function isOfTable({ roleArn, actions }: PolicyStatement): boolean {
  return roleArn !== undefined && Object.keys(actions).some((action) => action.startsWith('dynamodb:'));
}

function isOfRule({ id }: PolicyStatement): boolean {
  return id.includes('AllowEventRule');
}

/** The events that rules pass: an upload of each kind, a proposal that halts and one that goes on. */
async function raiseEveryEvent(world: World, number: number): Promise<void> {
  const { outputs } = world.connection;
  const packet = tkmGroup(number);
  world.expect(packet.prefix, { membership: silence, correction: silence });
  await putAttachment(world.connection, packet.prefix, 'ktp-01.jpg', new Uint8Array([1]));
  await put(world, outputs.UploadsBucketName, packetKeys(packet.prefix).proposal, '{}');
  await put(world, outputs.SettingsBucketName, 'people.json', '{}');
  await put(world, outputs.BankBucketName, `inbox/nothing-${number}.answer.txt`, 'H');
  await replyTo(
    world,
    (await world.mails()).find(({ subject }) => subject.startsWith('Penegasan')),
    'SETUJU',
  );
  await sendToSimulator(world);
}

/** A mail to the mail service's own address for bounces. */
async function sendToSimulator(world: World): Promise<void> {
  const ses = new SESv2Client(clientSettings(world.endpoint));
  await ses.send(
    new SendEmailCommand({
      FromEmailAddress: 'noreply@jaring.example',
      Destination: { ToAddresses: ['bounce@simulator.amazonses.com'] },
      Content: { Simple: { Subject: { Data: 'Uji' }, Body: { Text: { Data: 'Uji' } } } },
    }),
  );
  ses.destroy();
  await world.settle();
}

/** Stops a proposal by hand and lets it go on. */
async function stopAndRedrive(world: World, id: string): Promise<void> {
  await world.connection.stepFunctions.send(new StopExecutionCommand({ executionArn: arnOf(world, id) }));
  await world.settle();
  await redrive(world, id);
}

/** Sends a file by each form for files that a page has. */
async function useUploads(page: Page): Promise<void> {
  for (const upload of page.uploads) {
    const type = upload.accept.find((one) => one.startsWith('image/')) ?? upload.accept[0] ?? '';
    const { bytes, ending } =
      type === 'application/json'
        ? { bytes: new TextEncoder().encode('{}'), ending: 'json' }
        : fileOfType(type, [upload.name, page.url]);
    await sendFile(upload, { name: `${upload.name}.${ending}`, type, bytes });
  }
}

/** Fetches all files that a page offers. */
async function fetchFiles({ downloads }: Page): Promise<void> {
  for (const { url } of downloads) await fetch(url);
}

async function submitted(world: World, packet: SamplePacket, replies: Replies) {
  const id = await world.submit(packet, replies);
  await world.answerAll();
  return id;
}

/** Replies to a message as its reader does. */
async function replyTo(world: World, mail: Mail | undefined, text: string) {
  if (mail === undefined) throw new Error('There is no message to reply to.');
  const envelope = { from: mail.to[0] ?? '', to: mail.replyTo[0] ?? '' };
  await deliverMail(world.endpoint, composeReply(mail, { text }), envelope);
  await world.settle();
}

/** The first message about a proposal whose subject begins so. */
async function mailAbout(world: World, id: string, subject: string) {
  return (await world.mails()).find((mail) => mail.subject.startsWith(subject) && mail.subject.includes(id));
}

/** Members with an e-mail address reply that they agree, as many as any quorum wants. */
async function agreeByMail(world: World, packet: SamplePacket, subject: string) {
  for (const { email } of packet.proposal.members.filter((member) => member.email !== undefined).slice(0, 15))
    await replyTo(world, (await world.mailsTo(email ?? '', subject))[0], 'SETUJU');
}

const refusedAccount = tkmGroup(405);
const unusableAccount = tkmGroup(406);
const broken = withWrongSum(tkmGroup(402));
const late = tkmGroup(421);
const never = tkmGroup(422);
const twice = tkmGroup(423);
const sharing = tkmGroup(424);

/** The twentieth misses the last day, and a person from the village is there instead. */
async function withSubstitute({ page, today }: Situation): Promise<Reply> {
  const roll = rollOnPage(page.facts, today);
  const last = roll.days.at(-1) ?? today;
  const rows: RollRow[] = roll.rows.map((row) => ({ ...row, present: roll.days.slice(0, -1) }));
  rows.push({
    ...{ name: 'Wahyu Pengganti', role: 'Pekerja', nik: '3403010101950999', birthDate: '1995-01-01' },
    ...{
      replaces: rows.length,
      decisionNumber: '141/07',
      decisionDate: roll.days[0] ?? today,
      present: [last],
    },
  });
  const decision = fileOfType('application/pdf', ['Keputusan desa', page.url]);
  return {
    fields: {},
    papers: [
      { upload: 'muster-roll', ...(await rollFile({ ...roll, rows })) },
      { upload: 'village-decision', name: 'keputusan.pdf', type: 'application/pdf', bytes: decision.bytes },
    ],
  };
}

/** The ways, in the order in which they are played. */
export const ways: readonly Way[] = [
  {
    name: 'settings are imported',
    play: async (world) => {
      await putSampleSettings(world.connection, (await world.connection.control.clock()).now);
      await world.settle();
    },
  },
  life('a proposal without fault is paid in two parts and closes', padatKaryaGroup(401), {
    'tranche-documents': async ({ page }) => {
      await fetchFiles(page);
      await fetchFiles(await sendForm(page, {}));
      return { fields: { progress: '60' } };
    },
  }),
  {
    name: 'two groups have the same substitute on their muster rolls, and one hands in no other',
    play: async (world) => {
      const handedIn = new Set<string>();
      const once = (situation: Situation) => {
        if (handedIn.has(situation.subjectId)) return undefined;
        handedIn.add(situation.subjectId);
        return withSubstitute(situation);
      };
      const ids = [];
      for (const number of [461, 462])
        ids.push(await world.submit(padatKaryaGroup(number), { 'muster-roll': once }));
      await world.playToEnd(ids);
    },
  },
  life('a mistake is corrected, and no one follows up', broken, {
    correction: correctedBy(proposalText(tkmGroup(402).proposal)),
    'training-session': silence,
    'mentor-visit': silence,
    outcome: silence,
    lpj: silence,
  }),
  life('an approver returns it, then rejects it', tkmGroup(403), { approval: returnThenReject() }),
  life('an approver is silent', tkmGroup(404), { approval: silence }),
  {
    name: 'the bank refuses the account, and the leader names another',
    play: async (world) => {
      world.bank.refuse(refusedAccount.proposal.account.number);
      const { holder } = refusedAccount.proposal.account;
      const id = await world.submit(refusedAccount, {
        'account-correction': () => ({ fields: { bankCode: '008', number: '0000987654321', holder } }),
      });
      await world.playToEnd([id]);
    },
  },
  {
    name: 'the bank refuses the account, and no one names another',
    play: async (world) => {
      world.bank.refuse(unusableAccount.proposal.account.number);
      await world.playToEnd([await world.submit(unusableAccount, { 'account-correction': silence })]);
    },
  },
  life('the papers of the first part never come', tkmGroup(407), { 'tranche-documents': silence }),
  life('the papers of the second part never come', padatKaryaGroup(408), {
    'tranche-documents': firstOnly(() => ({ fields: { progress: '60' } })),
    spp: firstOnly(agreeableReplies.spp),
  }),
  life('a member says “that is not me”, and it is true', tkmGroup(409), {
    membership: () => ({ fields: { outcome: 'denied' } }),
    'membership-review': () => ({ fields: { outcome: 'upheld', reason: 'Namanya dipakai tanpa izin.' } }),
  }),
  life('a member says “that is not me” by mistake', tkmGroup(437), {
    membership: firstOnly(() => ({ fields: { outcome: 'denied' } })),
    'site-visit': silence,
  }),
  life('an objection with files is granted, and the second rejection is final', tkmGroup(438), {
    approval: () => ({ fields: { outcome: 'reject', reason: 'Alamat usaha tidak jelas.' } }),
    objection: async ({ page }) => {
      await useUploads(page);
      return { fields: { outcome: 'objected', reason: 'Alamatnya ada di surat desa terlampir.' } };
    },
    appeal: async ({ page }) => {
      await fetchFiles(page);
      return { fields: { outcome: 'granted', reason: 'Surat desa membuktikannya.' } };
    },
  }),
  life('an objection is dismissed', tkmGroup(439), {
    approval: () => ({ fields: { outcome: 'reject', reason: 'Alamat usaha tidak jelas.' } }),
    objection: () => ({ fields: { outcome: 'objected', reason: 'Alamatnya jelas.' } }),
  }),
  life('members deny the benefit of the first part, and the auditor stops the second', padatKaryaGroup(440), {
    receipt: () => ({ fields: { outcome: 'denied' } }),
    'receipt-review': () => ({ fields: { outcome: 'stop', reason: 'Upah belum dibayarkan.' } }),
  }),
  life('members deny the benefit of the only part, and the auditor is told', tkmGroup(441), {
    receipt: () => ({ fields: { outcome: 'denied' } }),
  }),
  {
    name: 'a member says “that is not me” after enough others have confirmed',
    play: async (world) => {
      const packet = tkmGroup(431);
      await submitted(world, packet, { 'site-visit': silence });
      const [mail] = await world.mailsTo(packet.proposal.members.at(-1)?.email ?? '', 'keanggotaan');
      await sendForm(await openPage((mail && linkIn(mail)) ?? ''), { outcome: 'denied' });
      await world.settle();
    },
  },
  {
    name: 'members and approvers answer by replying, and an objection is dismissed so',
    play: async (world) => {
      const packet = tkmGroup(451);
      const id = await submitted(world, packet, {
        membership: silence,
        approval: silence,
        objection: () => ({ fields: { outcome: 'objected', reason: 'Alamatnya jelas.' } }),
        appeal: silence,
      });
      await agreeByMail(world, packet, 'Penegasan keanggotaan');
      await world.answerAll();
      const approval = await mailAbout(world, id, 'Persetujuan bantuan');
      await replyTo(world, approval, 'Terima kasih.');
      await replyTo(world, approval, 'TOLAK alamat usaha tidak jelas');
      await world.answerAll();
      await replyTo(world, await mailAbout(world, id, 'Keputusan atas keberatan'), 'TOLAK tetap tidak jelas');
      await world.answerAll();
    },
  },
  {
    name: 'a payment order is refused by a reply, and members confirm the benefit so',
    play: async (world) => {
      const refused = await submitted(world, tkmGroup(452), { spm: silence });
      await replyTo(
        world,
        await mailAbout(world, refused, 'Pengujian dan penerbitan SPM'),
        'TOLAK tidak lengkap',
      );
      const packet = tkmGroup(453);
      const id = await submitted(world, packet, { receipt: silence, outcome: silence, lpj: silence });
      const isAsked = async () => (await mailAbout(world, id, 'Penegasan penerimaan manfaat')) !== undefined;
      await world.playUntil(isAsked);
      await agreeByMail(world, packet, 'Penegasan penerimaan manfaat');
    },
  },
  {
    name: 'mail bounces: a member is asked by text message, and the administrators hear of an officer',
    play: async (world) => {
      const packet = tkmGroup(454);
      await world.connection.control.failMail(packet.proposal.members.at(-1)?.email ?? '', 'bounce');
      const people = await world.connection.store.people.all();
      const verifiers = people.filter(({ roles }) => roles.some(({ role }) => role === 'verifier'));
      await putPeople(
        world,
        people.map(({ phone, ...person }) =>
          verifiers.some(({ id }) => id === person.id) ? person : { ...person, phone },
        ),
      );
      for (const { email } of verifiers) await world.connection.control.failMail(email, 'complaint');
      await submitted(world, packet, { 'site-visit': silence });
      const { control, store } = world.connection;
      for (const { email } of verifiers) {
        await control.failMail(email, null);
        if ((await store.addresses.dead(email)) === undefined) continue;
        const { now } = await control.clock();
        await store.commit({
          journal: 'settings',
          now,
          events: [],
          changes: [store.addresses.revive(email)],
        });
      }
      await putPeople(world, people);
    },
  },
  {
    name: 'forms are sent that lack everything; files are sent by the pages that say so',
    play: async (world) => {
      const sendEmpty =
        (reply: (situation: Situation) => Reply) =>
        async (situation: Situation): Promise<Reply> => {
          await useUploads(await sendForm(situation.page, {}));
          return reply(situation);
        };
      await submitted(world, tkmGroup(432), {
        'site-visit': sendEmpty(agreeableReplies['site-visit']),
        approval: silence,
      });
      await submitted(world, withWrongSum(tkmGroup(433)), { correction: sendEmpty(silence) });
    },
  },
  {
    name: 'an attachment is corrected on the page',
    play: async (world) => {
      const packet = tkmGroup(434);
      const [name = '', bytes = new Uint8Array()] = [...packet.attachments][0] ?? [];
      const attachments = new Map(packet.attachments);
      attachments.set(name, bytes.slice(0, 4));
      await world.submit(
        { ...packet, attachments },
        {
          correction: ({ page }) => ({
            files: page.uploads.some((upload) => upload.name === 'attachment')
              ? [{ upload: 'attachment', name, type: typeByName(name), bytes }]
              : [],
          }),
          membership: silence,
        },
      );
      await world.answerAll();
    },
  },
  life('the site is not visited', tkmGroup(410), { 'site-visit': silence }),
  {
    name: 'it is not known what became of a payment; it is redriven',
    play: async (world) => {
      const id = await world.submit(tkmGroup(411), { 'bank-inquiry': silence });
      await world.playToEnd([id], { tick: async () => [] });
      await redrive(world, id);
      await world.playToEnd([id]);
    },
  },
  {
    name: 'the bank answers a payment that was given up; it is redriven',
    play: async (world) => {
      const id = await world.submit(tkmGroup(435), { 'bank-inquiry': silence });
      await world.playToEnd([id], { tick: async () => [] });
      await world.bank.tick();
      await world.settle();
      await redrive(world, id);
      await world.playToEnd([id]);
    },
  },
  {
    name: 'it is stopped by hand in each stage while a person answers, and redriven',
    play: async (world) => {
      const waits: readonly AskKind[] = ['site-visit', 'approval', 'spp', 'training-session'];
      for (const [index, kind] of waits.entries()) {
        let stopped = false;
        let id = '';
        id = await world.submit(tkmGroup(412 + index), {
          [kind]: async (situation: Situation): Promise<Reply> => {
            if (stopped) return undefined;
            stopped = true;
            await world.connection.stepFunctions.send(
              new StopExecutionCommand({ executionArn: arnOf(world, id) }),
            );
            return agreeable[kind]?.(situation);
          },
        });
        await world.playToEnd([id]);
        await redrive(world, id);
        await world.settle();
      }
    },
  },
  upload(
    'a packet is no JSON',
    tkmGroup(416),
    `{ "contact": { "email": "${contactOf(tkmGroup(416))}" }, nonsense`,
  ),
  upload(
    'a packet is too large',
    tkmGroup(417),
    proposalText(tkmGroup(417).proposal) + ' '.repeat(maxPacketBytes),
  ),
  upload(
    'a packet has a schema of another version',
    tkmGroup(418),
    JSON.stringify({ ...tkmGroup(418).proposal, schemaVersion: 2 }),
  ),
  {
    name: 'attachments come after the packet',
    play: async (world) => {
      world.expect(late.prefix, { membership: silence });
      await putProposal(world.connection, late.prefix, proposalText(late.proposal));
      await world.settle();
      for (const [name, bytes] of late.attachments) {
        await putAttachment(world.connection, late.prefix, name, bytes);
      }
      await world.settle();
    },
  },
  {
    name: 'attachments never come',
    play: async (world) => {
      world.expect(never.prefix, { correction: silence });
      await putProposal(world.connection, never.prefix, proposalText(never.proposal));
      await world.settle();
      await advance(world, 3 * day + 60);
    },
  },
  {
    name: 'the same packet comes again, then another under its name',
    play: async (world) => {
      world.expect(twice.prefix, { membership: silence });
      const text = proposalText(twice.proposal);
      const { attachments } = twice;
      await putPacket(world.connection, twice.prefix, { proposal: text, attachments });
      await Promise.all([1, 2].map(() => putProposal(world.connection, twice.prefix, text)));
      await world.settle();
      const other = withProposal(twice, (proposal) => ({ ...proposal, amountAsked: 1 }));
      await putProposal(world.connection, twice.prefix, proposalText(other.proposal));
      await world.settle();
    },
  },
  upload(
    'a person is a member of two groups',
    sharing,
    proposalText({
      ...sharing.proposal,
      members: sharing.proposal.members.map((own) =>
        own.number === 9 ? { ...(twice.proposal.members[3] ?? own), number: 9 } : own,
      ),
    }),
  ),
  {
    name: 'a packet is handed in by forms',
    play: async (world) => {
      const { ApiUrl } = world.connection.outputs;
      const packet = tkmGroup(425);
      const body = JSON.stringify({
        contact: contactOf(packet),
        attachments: [{ name: 'ktp-01.jpg', type: 'image/jpeg', bytes: 3 }],
      });
      const response = await fetch(`${ApiUrl.replace(/\/$/, '')}/packets`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const { uploads } = (await response.json()) as {
        uploads: { url: string; key: string; fields: Record<string, string> }[];
      };
      for (const { key, url, fields } of uploads) {
        const form = new FormData();
        for (const [name, value] of Object.entries(fields)) form.append(name, value);
        const content = key.endsWith('.json') ? '{}' : 'jpg';
        form.append('file', new Blob([content]), key.split('/').at(-1));
        await fetch(url, { method: 'POST', body: form });
      }
      await world.settle();
    },
  },
  {
    name: 'settings are wrong, then right again with one person less',
    play: async (world) => {
      const before = await world.connection.store.people.all();
      await putPeople(world, [{ ...before[0], email: 'nowhere' }, ...before.slice(1)]);
      const mentors = before.filter(({ id }) => !before.some(({ superior }) => superior === id));
      await putPeople(
        world,
        before.filter(({ id }) => id !== mentors.at(-1)?.id),
      );
      await putPeople(world, before);
      await put(world, world.connection.outputs.SettingsBucketName, 'budgets.json', '{}');
      await put(world, world.connection.outputs.SettingsBucketName, 'calendar.json', '{}');
    },
  },
  {
    name: 'a verifier hands a visit on; an administrator names one where there is none',
    play: async (world) => {
      const before = await world.connection.store.people.all();
      const isVerifier = ({ roles }: (typeof before)[number]) =>
        roles.some(({ role }) => role === 'verifier');
      /** Gives it to the first whom the page offers. */
      const delegate = async (id: string, address: string) => {
        const mail = (await world.mailsTo(address, id)).at(-1);
        const page = await openReassignment(await openPage((mail && linkIn(mail)) ?? ''));
        const delegateTo = page.reassign?.fields
          .flatMap(({ choices }) => choices)
          .find((each) => each !== '');
        const { status } = await sendForm(
          page,
          { delegateTo: delegateTo ?? '', delegateReason: 'Cuti' },
          page.reassign,
        );
        if (status !== 200) throw new Error(`The page took no ${delegateTo} (${status}).`);
        await world.settle();
      };
      const verifiersOf = (areas: readonly string[]) =>
        before.map((person) =>
          isVerifier(person) ? { ...person, roles: [{ role: 'verifier', areas }] } : person,
        );
      await putPeople(world, verifiersOf(['*']));
      const first = await submitted(world, tkmGroup(437), { 'site-visit': silence });
      const asked = await world.connection.store.asks.openBySubject(first);
      const assigned = asked.flatMap(({ assignee }) =>
        assignee.kind === 'person' ? [assignee.personId] : [],
      );
      await delegate(first, before.find(({ id }) => assigned.includes(id))?.email ?? '');
      await putPeople(world, verifiersOf(['94']));
      const second = await submitted(world, tkmGroup(438), { 'site-visit': silence });
      const admin = before.find(({ roles }) => roles.some(({ role }) => role === 'admin'));
      await delegate(second, admin?.email ?? '');
      await putPeople(world, before);
    },
  },
  {
    name: 'a superior of another office is asked for a decision about money, and enrols for it',
    play: async (world) => {
      const before = await world.connection.store.people.all();
      const ppks = addressesOf('ppk');
      await putPeople(
        world,
        before.map((person) =>
          ppks.includes(person.email) ? { ...person, superior: 'maya.sitompul' } : person,
        ),
      );
      const id = await world.submit(tkmGroup(441), {
        approval: ({ person }) =>
          ppks.includes(person) ? undefined : { fields: { outcome: 'reject', reason: 'Belum layak.' } },
      });
      await world.playToEnd([id]);
    },
  },
  {
    name: 'a phone is lost, and its codes are replaced',
    play: async (world) => {
      await world.answerAll();
      const { endpoint, connection } = world;
      const lambda = new LambdaClient(clientSettings(endpoint));
      const { now } = await connection.control.clock();
      const [{ id: personId = '' } = {}] = await connection.store.people.byRole('kpa', '33.02');
      await lambda.send(
        new InvokeCommand({
          FunctionName: functionFor(connection, 'identity/restore-codes'),
          Payload: JSON.stringify({ step: 'identity/restore-codes', do: 'reset', personId, now }),
        }),
      );
      lambda.destroy();
      await world.answerAll();
    },
  },
  {
    name: 'officers sign in, see their asks and answer them; a leader looks where the proposal stands',
    play: async (world) => {
      const api = world.connection.outputs.ApiUrl.replace(/\/$/, '');
      const visit = await world.submit(tkmGroup(451), { 'site-visit': silence });
      const packets = [452, 453, 454, 455].map((number) => tkmGroup(number));
      for (const packet of packets) await world.submit(packet, { approval: approvedByPpk });
      const objecting = await world.submit(tkmGroup(456), {
        approval: () => ({ fields: { outcome: 'reject', reason: 'Alamat usaha tidak jelas.' } }),
        objection: async ({ page }) => {
          await useUploads(page);
          return { fields: { outcome: 'objected', reason: 'Alamatnya ada di surat desa terlampir.' } };
        },
        appeal: silence,
      });
      const requesting = await world.submit(tkmGroup(457), { spp: silence });
      await world.answerAll();
      const signIn = async (address: string) => {
        await openPage(`${api}/masuk`);
        await sendForm(await openPage(`${api}/masuk`), { email: address });
        const mail = (await world.mailsTo(address, 'Tautan untuk masuk')).at(-1);
        const link = /https?:\S+\/masuk\/[\w-]{43}/.exec(mail?.text ?? '')?.[0] ?? '';
        await openPage(link);
        const entered = await fetch(link, { method: 'POST', redirect: 'manual' });
        const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
        return async (place: string, fields?: Record<string, string>) => {
          const url = `${api}/${place}`;
          const answer = await fetch(url, {
            headers: { cookie },
            redirect: 'manual',
            ...(fields !== undefined && { method: 'POST', body: new URLSearchParams(fields) }),
          });
          return readPage(url, answer.status, await answer.text());
        };
      };
      /** No second link is sent while the first is good; a session lasts half an hour. */
      const sessions = new Map<string, ReturnType<typeof signIn>>();
      const as = (address: string) => {
        const session = sessions.get(address) ?? signIn(address);
        sessions.set(address, session);
        return session;
      };
      const people = await world.connection.store.people.all();
      const addressOf = (id: string) => people.find((person) => person.id === id)?.email ?? '';
      const own = async (proposalId: string) => {
        const asks = await world.connection.store.asks.openBySubject(proposalId);
        const [own] = asks.flatMap(({ id, assignee }) =>
          assignee.kind === 'person' ? [{ askId: id, by: assignee.personId }] : [],
        );
        if (own === undefined) throw new Error(`No officer is asked about ${proposalId}.`);
        return own;
      };
      const visited = await own(visit);
      const verifier = await as(addressOf(visited.by));
      const place = `tugas/${visited.askId}`;
      await verifier('tugas');
      await useUploads(await verifier(place));
      await useUploads(await verifier(place, {}));
      await verifier(`${place}/delegasi`, {});
      const { now } = await world.connection.control.clock();
      await verifier(place, {
        ...{ outcome: 'fail', visitedOn: now.slice(0, 10), reason: 'Tidak ada usaha.' },
        ...{ latitude: '-7.42', longitude: '109.23' },
      });
      const appeal = await own(objecting);
      await fetchFiles(await (await as(addressOf(appeal.by)))(`tugas/${appeal.askId}`));
      const request = await own(requesting);
      const requester = await as(addressOf(request.by));
      await fetchFiles(await requester(`tugas/${request.askId}`));
      await fetchFiles(await requester(`tugas/${request.askId}`, {}));
      const approvals = await Promise.all(packets.map(({ prefix }) => own(proposalIdOf(prefix))));
      const ofOne = (id: string) => approvals.filter(({ by }) => by === id);
      // One with an authenticator: only their wrong codes are compared with anything.
      const enrolled = await Promise.all(
        approvals.map(async ({ by }) => (await world.connection.store.codes.get(by))?.status === 'enrolled'),
      );
      const several = approvals.find(({ by }, index) => enrolled[index] === true && ofOne(by).length > 1);
      if (several === undefined) throw new Error('No approver has an authenticator and several to decide.');
      const [first, second] = ofOne(several.by);
      const approver = await as(addressOf(first?.by ?? ''));
      for (let wrong = 0; wrong < 5; wrong++)
        await approver('tugas', { [`${second?.askId}.outcome`]: 'approve', code: '000000' });
      await advance(world, day);
      const again = await signIn(addressOf(first?.by ?? ''));
      await again('tugas', {
        [`${first?.askId}.outcome`]: 'reject',
        [`${first?.askId}.reason`]: 'Tidak layak.',
      });
      await again('keluar', {});
      const mails = await world.mails();
      const status = mails.flatMap(({ text }) => /https?:\S+\/s\/[\w-]{43}/.exec(text ?? '') ?? []);
      await openPage(status.at(-1) ?? '');
      await world.settle();
    },
  },
  {
    name: 'the bank writes what cannot be read',
    play: (world) => put(world, world.connection.outputs.BankBucketName, 'inbox/odd.answer.txt', 'H|?'),
  },
  {
    name: 'the bank returns what had settled, and the group is paid again',
    play: async (world) => {
      const packet = tkmGroup(462);
      const { holder } = packet.proposal.account;
      const id = await world.submit(packet, {
        'account-correction': () => ({ fields: { bankCode: '008', number: '0007777700462', holder } }),
      });
      const { store, outputs } = world.connection;
      const tranche = async () => {
        const proposal = await store.proposals.get(id);
        return proposal.stage === 'follow-up' ? proposal.tranches[0] : undefined;
      };
      await world.playUntil(async () => (await tranche())?.status === 'settled');
      const { endToEndId, amount, debitAccount } = await store.payments.get(id, 1, 1);
      // A day before the payment would be a question.
      const day = jakartaDate((await world.connection.control.clock()).now);
      const letter = writeLetter('camt.054', {
        ...{ id: 'R', day, debitAccount: debitAccount.number },
        advices: [{ endToEndId, amount, status: 'RETURNED', reference: 'BACK', day }],
      });
      await put(world, outputs.BankBucketName, 'inbox/back.xml', letter);
      await world.playUntil(
        async () => (await tranche())?.attempts === 2 && (await tranche())?.status === 'settled',
      );
    },
  },
  {
    name: 'the bank does not say which payment it means, and an administrator does',
    play: async (world) => {
      const packet = tkmGroup(461);
      world.bank.ignore(packet.proposal.account.number);
      const id = await world.submit(packet, { 'account-correction': silence });
      const { store, outputs } = world.connection;
      await world.playUntil(async () => (await store.payments.find(id, 1, 1))?.state === 'sent');
      const { endToEndId, amount, debitAccount } = await store.payments.get(id, 1, 1);
      const lambda = new LambdaClient(clientSettings(world.endpoint));
      const [{ id: by = '' } = {}] = await store.people.byRole('admin', '');
      // It settles, and then comes back.
      for (const status of ['ACSC', 'RETURNED'] as const) {
        const letter = writeLetter('csv', {
          ...{ id: status, day: '2020-10-20', debitAccount: debitAccount.number },
          advices: [{ amount, status, reference: `NAMELESS-${status}`, day: '2020-10-20' }],
        });
        await put(world, outputs.BankBucketName, `inbox/nameless-${status}.csv`, letter);
        const [item] = await store.bankItems.open();
        const { now } = await world.connection.control.clock();
        await lambda.send(
          new InvokeCommand({
            FunctionName: functionFor(world.connection, 'payment/resolve-bank-item'),
            Payload: JSON.stringify({
              step: 'payment/resolve-bank-item',
              do: 'assign',
              itemId: item?.id,
              endToEndId,
              by,
              now,
            }),
          }),
        );
        await world.settle();
      }
      lambda.destroy();
    },
  },
  {
    name: 'codes for the release of a payment run are guessed at, and the next run hears of its release late',
    play: async (world) => {
      world.decideRuns(silence);
      const id = await world.submit(tkmGroup(463), { lpj: silence });
      const { store } = world.connection;
      const stateOf = async () => (await store.payments.find(id, 1, 1))?.state;
      await world.playUntil(async () => (await stateOf()) === 'gathered');
      const [treasurer = ''] = addressesOf('treasurer');
      const mail = (await world.mailsTo(treasurer, 'Pelepasan')).at(-1);
      const page = await openPage((mail && linkIn(mail)) ?? '');
      for (let guess = 0; guess < 5; guess++)
        await sendForm(page, { outcome: 'released', code: String(guess).padStart(6, '0') });
      // No one else may release it: it is withdrawn at the cut-off.
      await world.playUntil(async () => (await stateOf()) === 'ready');
      world.decideRuns(agreeableReplies['run-release']);
      await without(world, isOf('AnswersRole', 'states:SendTaskSuccess'), async () => {
        await world.playUntil(async () => (await store.runs.all()).at(-1)?.state === 'released');
      });
      await world.playUntil(async () => (await stateOf()) === 'settled');
    },
  },
  {
    name: 'money is left over, and recalled after the close: once in vain, once paid late',
    play: async (world) => {
      const spent = ({ page }: Situation) =>
        String(Number((page.facts.get('Dana yang diterima') ?? '').replaceAll(/\D/g, '')) - 1_000_000);
      let silent = false;
      const id = await world.submit(tkmGroup(463), {
        lpj: (situation) => ({ fields: { spent: spent(situation), leftover: '1.000.000' } }),
        'deposit-slip': (situation) => (silent ? undefined : agreeableReplies['deposit-slip'](situation)),
      });
      await world.playToEnd([id]);
      const { store } = world.connection;
      const [{ id: by = '' } = {}] = await store.people.byRole('admin', '');
      const lambda = new LambdaClient(clientSettings(world.endpoint));
      const decide = async (wish: object) => {
        const { now } = await world.connection.control.clock();
        const Payload = JSON.stringify({ step: 'payment/recall-money', proposalId: id, by, now, ...wish });
        await lambda.send(
          new InvokeCommand({ FunctionName: functionFor(world.connection, 'payment/recall-money'), Payload }),
        );
        await world.settle();
      };
      const recall = { do: 'recall', tranche: 1, amount: 500_000, reason: 'Uji' };
      // It is not paid in time, so the people are barred until it is cancelled, or paid.
      silent = true;
      await decide({ ...recall, decision: 'K-1' });
      const late = async () => (await store.overdue.list(id)).length > 0;
      await world.playUntil(late);
      await decide({ do: 'cancel', deposit: 2, reason: 'Uji' });
      await decide({ ...recall, decision: 'K-2' });
      await world.playUntil(late);
      silent = false;
      await world.playUntil(async () => !(await late()));
      lambda.destroy();
    },
  },
  {
    name: 'a link is none',
    play: async (world) => {
      const { ApiUrl } = world.connection.outputs;
      const link = `${ApiUrl.replace(/\/$/, '')}/a/${Buffer.alloc(32, 7).toString('base64url')}`;
      await openPage(link);
      await fetch(link, { method: 'POST', body: new URLSearchParams({ outcome: 'denied' }) });
    },
  },
  {
    name: 'answers are not passed on until the sweep',
    play: async (world) => {
      const id = await world.submit(tkmGroup(426), { outcome: silence, lpj: silence });
      await without(world, isOf('AnswersRole', 'states:SendTaskSuccess'), async () => {
        for (let halfDays = 0; halfDays < 60; halfDays++) {
          await world.answerAll();
          await world.bank.tick();
          if ((await world.proposal(id)).stage === 'follow-up' && halfDays > 30) break;
          await advance(world, day / 2);
        }
      });
    },
  },
  {
    name: 'messages are written and cannot be sent until the sweep',
    play: async (world) => {
      await without(world, isOf('MessagesRole', 'ses:SendEmail'), async () => {
        await submitted(world, tkmGroup(447), { membership: silence });
        await advance(world, 15 * 60);
      });
      await advance(world, day);
      const [first] = tkmGroup(447).proposal.members;
      if ((await world.mailsTo(first?.email ?? '', 'Penegasan')).length === 0)
        throw new Error('The sweep has had nothing sent.');
    },
  },
  {
    name: 'an event fails for good',
    play: async (world) => {
      const id = await submitted(world, tkmGroup(427), { membership: silence });
      await without(world, isOfTable, async () => {
        await raiseEveryEvent(world, 428);
        await stopAndRedrive(world, id);
        await advance(world, day);
      });
    },
  },
  {
    name: 'an event cannot be handed over',
    play: async (world) => {
      const id = await submitted(world, tkmGroup(429), { membership: silence });
      await without(world, isOfRule, async () => {
        await raiseEveryEvent(world, 430);
        await stopAndRedrive(world, id);
        await advance(world, 2 * day);
      });
    },
  },
  {
    name: 'a schedule cannot start its target',
    play: (world) =>
      without(
        world,
        (statement) =>
          isOf('SchedulesPaymentRun', 'states:StartExecution')(statement) ||
          isOf('SchedulesResumeAnswered', 'lambda:InvokeFunction')(statement) ||
          isOf('SchedulesWarnYearEnd', 'lambda:InvokeFunction')(statement) ||
          isOf('SchedulesQuestionLateBookings', 'lambda:InvokeFunction')(statement) ||
          isOf('SchedulesSendDigests', 'lambda:InvokeFunction')(statement),
        () => advance(world, 5 * day),
      ),
  },
];

/** A reply that is given once. */
function firstOnly(reply: (situation: Situation) => Reply): (situation: Situation) => Reply {
  let given = false;
  return (situation) => {
    if (given) return undefined;
    given = true;
    return reply(situation);
  };
}

/** The second approver sends the proposal back the first time and rejects it the second. */
function returnThenReject() {
  let returns = 0;
  return ({ person }: Situation) => {
    if (!addressesOf('kpa').includes(person)) return { fields: { outcome: 'approve', account: 'yes' } };
    returns += 1;
    return {
      fields: { outcome: returns === 1 ? 'return' : 'reject', reason: 'Alamat usaha tidak jelas.' },
    };
  };
}
