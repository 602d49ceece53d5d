/**
 * `proposal.json` was uploaded: starts the proposal's execution, or takes the upload as the revision that an open
 * correction waits for, or notifies the sender that none was asked for.
 *
 * What an upload of `proposal.json` means: the beginning of a proposal, a revision that a correction waits for, nothing
 * new, or something that was not asked for.
 *
 * Events come at least once, late, and in any order. The packet's record says which versions were seen and what
 * became of them, so that a repeated event only finishes what the first one left undone.
 */
import { kinds } from '#domain/asks/kinds.ts';
import { writeNotices } from '#functions/notifications/notify.ts';
import '#functions/behaviours.ts';
import * as z from 'zod';
import { proposalIdOf } from '#domain/identifiers.ts';
import { event } from '#domain/proposal/events.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { revise } from '#domain/proposal/submission.ts';
import type { AnswerRequest, Recorded } from '#functions/asks/record-answer.ts';
import { recordAndResume } from '#functions/asks/record-answer.ts';
import { postOf } from '#functions/notifications/post.ts';
import { adminsFor, groupNameOf, type Recipient, recipientsOf } from '#functions/notifications/recipients.ts';
import { type Report, reporting } from '#functions/notifications/report.ts';
import { factsFor } from '#functions/notifications/status-link.ts';
import { s3, stepFunctions } from '#functions/runtime/clients.ts';
import { eventHandler } from '#functions/runtime/handler.ts';
import { startOnce } from '#functions/runtime/start-once.ts';
import { AlreadyExists, StaleAsk } from '#functions/store/errors.ts';
import { currentUpload, type PacketRecord, StalePacket, type Upload } from '#functions/store/packets.ts';
import { retryOnConflict } from '#functions/store/retry-on-conflict.ts';
import type { Store } from '#functions/store/store.ts';
import { packetKey, packetObjects } from '#functions/submission/packet-objects.ts';
import { readProposal } from '#functions/submission/read-proposal.ts';

/** Why a revision was not taken. */
export type RefusalReason = 'no-open-correction' | 'ended';

export interface UploadPorts {
  store: Pick<Store, 'asks' | 'commit' | 'packets' | 'proposals'>;
  /** Starts the proposal's execution; an execution of that name that exists is as good. */
  start: (proposalId: string, packetPrefix: string) => Promise<void>;
  /** Records an answer and resumes the execution that waits for it. */
  answer: (request: AnswerRequest) => Promise<Recorded>;
  /** Notifies the sender that the revision was not accepted, in the transaction that records it. */
  reportRefused: Report<RefusedUpload>;
}

export interface RefusedUpload {
  proposalId: string;
  proposal: Proposal | undefined;
  upload: Upload;
  reason: RefusalReason;
}

export type UploadOutcome = 'started' | 'revised' | 'refused' | 'nothing-new';

/** Readings of the packet's record when other uploads come in between. */
const maxRounds = 5;

/** @param upload the version that the event is about */
export async function receiveUpload(
  { prefix, upload }: { prefix: string; upload: Upload },
  ports: UploadPorts,
): Promise<UploadOutcome> {
  const conflicts = [StalePacket, StaleAsk, AlreadyExists];
  return retryOnConflict({ what: `Packet ${prefix}`, rounds: maxRounds, conflicts }, async () => {
    const packet = await ports.store.packets.get(prefix);
    return packet === undefined ? begin(prefix, upload, ports) : goOn(packet, upload, ports);
  });
}

const leader = { kind: 'leader' } as const;

async function begin(prefix: string, upload: Upload, { store, start }: UploadPorts): Promise<UploadOutcome> {
  const proposalId = proposalIdOf(prefix);
  await store.commit({
    proposalId,
    now: upload.at,
    events: [event(upload.at, 'packet.uploaded', { packet: prefix, versionId: upload.versionId }, leader)],
    changes: [store.packets.create(prefix, proposalId, upload)],
  });
  await start(proposalId, prefix);
  return 'started';
}

/** S3 sequencers of one key compare as texts of equal length (S3 user guide, event message structure). */
function isOlder({ sequencer: a }: Upload, { sequencer: b }: Upload) {
  if (a === undefined || b === undefined) return false;
  const width = Math.max(a.length, b.length);
  return a.padStart(width, '0') < b.padStart(width, '0');
}

async function goOn(packet: PacketRecord, upload: Upload, ports: UploadPorts): Promise<UploadOutcome> {
  const sameVersion = ({ versionId }: Upload) => versionId === upload.versionId;
  const accepted = packet.accepted.find(sameVersion);
  if (accepted !== undefined) return finish(packet, accepted, ports);
  const proposal = await ports.store.proposals.find(packet.proposalId);
  if (packet.refused.some(sameVersion)) return 'refused';
  if (isOlder(upload, currentUpload(packet))) return 'nothing-new';
  const correction =
    proposal &&
    (await ports.store.asks.openBySubject(packet.proposalId)).find(
      ({ kind }) => kind === kinds.correction.name,
    );
  if (proposal !== undefined && correction !== undefined)
    return takeRevision(packet, proposal, correction.id, upload, ports);
  // The same bytes again, while no revision is awaited: a client that retried, for which what may have failed is done.
  const current = currentUpload(packet);
  if (upload.etag !== undefined && upload.etag === current.etag) return finish(packet, current, ports);
  return refuse(packet, proposal, upload, ports);
}

/** The version was accepted before: whatever should have followed is done again, and does nothing if it was done. */
async function finish(
  packet: PacketRecord,
  accepted: Upload,
  { store, start, answer }: UploadPorts,
): Promise<UploadOutcome> {
  const { proposalId, prefix } = packet;
  if (accepted.askId !== undefined) {
    const { revision } = await store.proposals.get(proposalId);
    const again: AnswerRequest = {
      askId: accepted.askId,
      answer: { outcome: 'revised', revision },
      by: leader,
      now: accepted.at,
    };
    await answer(again);
  } else if ((await store.proposals.find(proposalId)) === undefined) await start(proposalId, prefix);
  return 'nothing-new';
}

/** The revision, the packet's record and the answer to the correction are one transaction. @throws {StaleAsk} */
async function takeRevision(
  packet: PacketRecord,
  proposal: Proposal,
  askId: string,
  upload: Upload,
  { store, answer }: UploadPorts,
): Promise<UploadOutcome> {
  const revision = proposal.revision + 1;
  const recorded = await answer({
    askId,
    answer: { outcome: 'revised', revision },
    by: leader,
    now: upload.at,
    also: (present) => ({
      ...revise(present, upload.versionId, upload.at),
      changes: [store.packets.add(packet, 'accepted', { ...upload, askId })],
    }),
  });
  // The correction was answered or expired in this very moment: look again, and then refuse.
  if (recorded.status !== 'recorded') throw new StaleAsk(askId);
  return 'revised';
}

async function refuse(
  packet: PacketRecord,
  proposal: Proposal | undefined,
  upload: Upload,
  ports: UploadPorts,
): Promise<UploadOutcome> {
  const { proposalId, prefix } = packet;
  const reason = reasonFor(proposal);
  const facts = { packet: prefix, versionId: upload.versionId, reason };
  await ports.store.commit({
    proposalId,
    now: upload.at,
    events: [event(upload.at, 'packet.revision-refused', facts, leader)],
    changes: [
      ports.store.packets.add(packet, 'refused', upload),
      ...(await ports.reportRefused({ proposalId, proposal, upload, reason })),
    ],
  });
  return 'refused';
}

function reasonFor(proposal: Proposal | undefined): RefusalReason {
  return proposal !== undefined && (proposal.stage === 'closed' || proposal.stage === 'rejected')
    ? 'ended'
    : 'no-open-correction';
}

/** EventBridge's "Object Created" of a versioned bucket. */
const detail = z.object({
  object: z.object({
    key: z.string(),
    'version-id': z.string(),
    etag: z.string().optional(),
    sequencer: z.string().optional(),
  }),
});

export const handler = eventHandler('submission/start-proposal', detail, async ({ object }, tools) => {
  const { env, store, logger, now } = tools;
  const at = packetKey(object.key);
  if (at?.part !== 'proposal') return;
  const objects = packetObjects(s3(), env.UPLOADS_BUCKET);

  const start: UploadPorts['start'] = (proposalId, packetPrefix) =>
    startOnce(stepFunctions(), {
      stateMachineArn: env.PROPOSAL_STATE_MACHINE_ARN,
      name: proposalId,
      input: { proposalId, packetPrefix },
    });

  const messages = { store, ...postOf(env) };
  const refusedNotices = async ({ proposalId, proposal, upload, reason }: RefusedUpload) => {
    const { contact } = await readProposal(objects, at.prefix, upload.versionId);
    const sender: Recipient[] =
      contact === undefined ? [] : [{ key: 'sender', email: contact.email, language: contact.language }];
    const others = () =>
      proposal === undefined ? adminsFor(store.people, proposal) : recipientsOf(store.people, proposal);
    return writeNotices(messages, sender.length > 0 ? sender : await others(), {
      idPrefix: `${proposalId}.revision-refused.${upload.versionId}.`,
      subjectId: proposalId,
      template: 'revision-refused',
      facts: (to) =>
        factsFor(
          { linkBaseUrl: env.LINK_BASE_URL },
          to,
          {
            proposalId,
            groupName: proposal === undefined ? at.prefix : groupNameOf(proposal),
            reason,
          },
          now,
        ),
      now,
    });
  };

  const upload = {
    versionId: object['version-id'],
    at: now,
    ...(object.etag !== undefined && { etag: object.etag }),
    ...(object.sequencer !== undefined && { sequencer: object.sequencer }),
  };
  const outcome = await reporting(messages, now, refusedNotices, (reportRefused) =>
    receiveUpload(
      { prefix: at.prefix, upload },
      {
        store,
        start,
        answer: (request) => recordAndResume({ store, stepFunctions: stepFunctions(), logger }, request),
        reportRefused,
      },
    ),
  );
  // Not the packet's name: anyone who knows it may upload into it.
  logger.info('An upload was received.', { proposalId: proposalIdOf(at.prefix), outcome });
});
