/**
 * Writes a proposal down and says whether its attachments are there.
 *
 * A proposal enters the record: pinned to the rule-pack in force, with whom to write to, as far as can be read.
 */
import * as z from 'zod';
import type { ProposalId } from '#domain/identifiers.ts';
import { packetPrefixSchema, proposalIdSchema } from '#domain/identifiers.ts';
import { receive } from '#domain/proposal/submission.ts';
import { jakartaDate } from '#domain/working-days.ts';
import { s3 } from '#functions/runtime/clients.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { AlreadyExists, NotFound } from '#functions/store/errors.ts';
import { currentUpload } from '#functions/store/packets.ts';
import type { Store } from '#functions/store/store.ts';
import { missingAttachments } from '#functions/submission/arrival.ts';
import type { PacketObjects } from '#functions/submission/packet-objects.ts';
import { packetObjects } from '#functions/submission/packet-objects.ts';
import { readProposal } from '#functions/submission/read-proposal.ts';
import { rulePackInForce } from '#programmes/index.ts';

export interface Registration {
  outcome: 'complete' | 'attachments-missing';
  /** How long the missing ones are waited for, in seconds. */
  waitSeconds: number;
}

/**
 * Writes the proposal down, once, and says whether its attachments have arrived.
 *
 * A packet that cannot be read, or that names no programme in force, is not waited for: the checks say what is wrong.
 */
export async function registerProposal(
  { proposalId, packetPrefix, now }: { proposalId: ProposalId; packetPrefix: string; now: string },
  ports: {
    store: Pick<Store, 'commit' | 'packets' | 'proposals'>;
    objects: Pick<PacketObjects, 'proposal' | 'attachments'>;
  },
): Promise<Registration> {
  const { store, objects } = ports;
  const packet = await store.packets.get(packetPrefix);
  if (packet === undefined) throw new NotFound(`Packet ${packetPrefix}`);
  const { versionId } = currentUpload(packet);
  const { programme, contact, attachmentNames } = await readProposal(objects, packetPrefix, versionId);
  const pack = programme === undefined ? undefined : rulePackInForce(programme, jakartaDate(now));
  try {
    const { proposal, events } = receive(
      { id: proposalId, packetPrefix, contact, pack: pack && { id: pack.id, version: pack.version } },
      now,
    );
    await store.commit({ proposalId, now, events, changes: store.proposals.create(proposal) });
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
  }
  const missing = await missingAttachments(objects, packetPrefix, attachmentNames);
  if (pack === undefined || missing.length === 0) return { outcome: 'complete', waitSeconds: 0 };
  await store.packets.expect(packetPrefix, { proposalId, wanted: attachmentNames });
  return { outcome: 'attachments-missing', waitSeconds: pack.attachmentWaitSeconds };
}

const eventSchema = z.object({
  proposalId: proposalIdSchema,
  packetPrefix: packetPrefixSchema,
  now: nowSchema,
});

export const handler = taskHandler(
  'submission/register-proposal',
  eventSchema,
  async (task, { env, store, metrics }) => {
    const registration = await registerProposal(task, {
      store,
      objects: packetObjects(s3(), env.UPLOADS_BUCKET),
    });
    metrics.addMetric('ProposalRegistered', 'Count', 1);
    return registration;
  },
);
