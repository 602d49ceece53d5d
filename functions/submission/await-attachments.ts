/**
 * Waits until the attachments that a packet lists have arrived; the state's time-out bounds the wait.
 *
 * Resumed with `{outcome: 'complete'}` by this function or by note-attachment, whichever sees the last one.
 */
import * as z from 'zod';
import { s3, stepFunctions } from '#functions/runtime/clients.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { resume } from '#functions/runtime/resume.ts';
import { NotFound } from '#functions/store/errors.ts';
import { currentUpload } from '#functions/store/packets.ts';
import { awaitArrival } from '#functions/submission/arrival.ts';
import { listedAttachments } from '#functions/submission/listed-attachments.ts';
import { packetObjects } from '#functions/submission/packet-objects.ts';

const event = z.object({
  proposalId: z.string(),
  packetPrefix: z.string(),
  taskToken: z.string().min(1),
  now: nowSchema,
});

export const handler = taskHandler('submission/await-attachments', event, async (task, { env, store }) => {
  const { packets } = store;
  const objects = packetObjects(s3(), env.UPLOADS_BUCKET);
  const packet = await packets.get(task.packetPrefix);
  if (packet === undefined) throw new NotFound(`Packet ${task.packetPrefix}`);
  const proposal = await objects.proposalText(task.packetPrefix, currentUpload(packet).versionId);
  return awaitArrival(
    {
      prefix: task.packetPrefix,
      proposalId: task.proposalId,
      wanted: proposal.outcome === 'read' ? listedAttachments(proposal.text) : [],
      taskToken: task.taskToken,
      now: task.now,
    },
    { packets, objects, wake: (taskToken) => resume(stepFunctions(), taskToken, { outcome: 'complete' }) },
  );
});
