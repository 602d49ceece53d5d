/**
 * A store on a real table and a folder of uploads in memory, with the people's own steps to bring a proposal to any
 * stage by the application's own logic.
 */

import '#functions/behaviours.ts';
import { createHash } from 'node:crypto';
import { SFNClient } from '@aws-sdk/client-sfn';
import { type Ask, askSchema } from '#domain/asks/ask.ts';
import { type AskKind, kindOf } from '#domain/asks/ask-kinds.ts';
import { type ProposalId, proposalIdOf } from '#domain/identifiers.ts';
import type { FoundFile } from '#domain/packet/checks.ts';
import type { PacketInput } from '#domain/packet/packet.ts';
import { recordAndResume } from '#functions/asks/record-answer.ts';
import { personalDataWith } from '#functions/runtime/personal-data.ts';
import type { Upload } from '#functions/store/packets.ts';
import { createStore } from '#functions/store/store.ts';
import type { InspectedAttachment } from '#functions/submission/packet-objects.ts';
import { registerProposal } from '#functions/submission/register-proposal.ts';
import { type RefusalReason, receiveUpload } from '#functions/submission/start-proposal.ts';
import { runChecks } from '#functions/verification/run-checks.ts';
import { aboutOf, idOfAsk } from '#test/asks.ts';
import { foundFile, regions, soundPacket } from '../domain/packet/packets.ts';
import type { TestTable } from './dynamodb.ts';

/** Minutes after the morning of the day on which everything here happens. */
export function at(minutes: number) {
  return new Date(Date.UTC(2020, 7, 3, 2, minutes)).toISOString();
}

export const personalData = personalDataWith('a secret of the tests, long enough to be one');

/** A packet of its own people: `group` goes into every NIK, so that by default groups share no one. */
export function packetOf(group: number, change: (packet: PacketInput) => void = () => {}): PacketInput {
  const packet = soundPacket();
  for (const member of packet.members)
    member.nik = `${member.nik.slice(0, 12)}${String(group * 100 + member.number).padStart(4, '0')}`;
  packet.account.number = `00${12_345_000 + group}`;
  change(packet);
  return packet;
}

const silent = { warn: () => {} };

/** A Step Functions client that notes the tokens it is given back. */
function notingStepFunctions(resumed: unknown[]) {
  const client = new SFNClient({ region: 'ap-southeast-3' });
  client.middlewareStack.add(
    () => async (args) => {
      resumed.push(args.input);
      return { output: { $metadata: {} }, response: undefined };
    },
    { step: 'initialize' },
  );
  return client;
}

export function openScene(table: TestTable) {
  const store = createStore(table);
  const versions = new Map<string, { content: Uint8Array; contact?: string }>();
  const files = new Map<string, FoundFile[]>();
  const started: string[] = [];
  const refused: { versionId: string; reason: RefusalReason }[] = [];
  const resumed: unknown[] = [];
  let uploads = 0;

  const objects = {
    proposal: async (_: string, versionId: string) => {
      const found = versions.get(versionId);
      return found === undefined
        ? { outcome: 'gone' as const }
        : { outcome: 'fetched' as const, content: found.content, contact: found.contact };
    },
    attachments: async (prefix: string) =>
      (files.get(prefix) ?? []).map(({ name, bytes }) => ({ name, bytes })),
    inspect: async (prefix: string, { name }: { name: string }): Promise<InspectedAttachment | undefined> =>
      files.get(prefix)?.find((file) => file.name === name),
  };

  const uploadPorts = {
    store,
    start: async (proposalId: string) => {
      started.push(proposalId);
    },
    answer: (request: Parameters<typeof recordAndResume>[1]) =>
      recordAndResume({ store, stepFunctions: notingStepFunctions(resumed), logger: silent }, request),
    reportRefused: async ({ upload, reason }: { upload: { versionId: string }; reason: RefusalReason }) => {
      refused.push({ versionId: upload.versionId, reason });
      return [];
    },
  };

  /** Puts a version of proposal.json (and its files) into the folder; the event is the caller's to deliver. */
  const put = (prefix: string, content: PacketInput | string | Uint8Array, contact?: string) => {
    const versionId = `version-${++uploads}`;
    const bytes =
      content instanceof Uint8Array
        ? content
        : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
    versions.set(versionId, { content: bytes, ...(contact !== undefined && { contact }) });
    if (typeof content !== 'string' && !(content instanceof Uint8Array))
      files.set(
        prefix,
        content.attachments.map(({ name }) => foundFile(name)),
      );
    return {
      versionId,
      sequencer: String(uploads).padStart(4, '0'),
      etag: createHash('md5').update(bytes).digest('hex'),
    };
  };

  const deliver = (prefix: string, upload: Omit<Upload, 'at'>, now: string) =>
    receiveUpload({ prefix, upload: { ...upload, at: now } }, uploadPorts);

  const upload = async (
    prefix: string,
    content: PacketInput | string | Uint8Array,
    now: string,
    contact?: string,
  ) => {
    const outcome = await deliver(prefix, put(prefix, content, contact), now);
    return { id: proposalIdOf(prefix), outcome };
  };

  const register = (id: ProposalId, prefix: string, now: string) =>
    registerProposal({ proposalId: id, packetPrefix: prefix, now }, { store, objects });

  const check = (id: string, round: number, now: string) =>
    runChecks(
      { proposalId: id, round, now },
      { store, objects, personalData, regions: () => regions, texts: true },
    );

  /** An ask as `asks/run-turn` would have opened it. */
  const ask = async (
    id: string,
    kind: AskKind,
    key: string,
    now: string,
    assignee: Ask['assignee'] = { kind: 'leader' },
  ) => {
    const opened = askSchema.parse({
      status: 'open',
      schemaVersion: 1,
      version: 1,
      id: idOfAsk(id, kind, key),
      subject: { of: 'proposal', id },
      kind,
      about: aboutOf(kind, key),
      role: kindOf(kind).role,
      assignee,
      openedAt: now,
      expiresAt: at(10_000),
      turns: [
        { do: 'ask', at: now, until: at(10_000) },
        { do: 'expire', at: at(10_000), until: at(10_060) },
      ],
      turn: 0,
      taskToken: `token of ${kind} ${key}`,
      documents: [],
      facts: {},
    });
    await store.commit({ proposalId: id, now, events: [], changes: store.asks.create(opened) });
    return opened.id;
  };

  const answer = uploadPorts.answer;

  /** Uploaded, registered and checked; whatever the checks said. */
  const submitted = async (prefix: string, content: PacketInput | string | Uint8Array, contact?: string) => {
    const { id } = await upload(prefix, content, at(0), contact);
    await register(id, prefix, at(1));
    const checked = await check(id, 1, at(2));
    return { id, prefix, checked };
  };

  return {
    ...{ store, files, started, refused, resumed, objects },
    ...{ put, deliver, upload, register, check, ask, answer, submitted },
  };
}

export type Scene = ReturnType<typeof openScene>;
