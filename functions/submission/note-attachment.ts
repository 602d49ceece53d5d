/** An attachment arrived in the uploads bucket: wakes the execution that waits for the packet, when all are there. */
import * as z from 'zod';
import { s3, stepFunctions } from '#functions/runtime/clients.ts';
import { eventHandler } from '#functions/runtime/handler.ts';
import { resume } from '#functions/runtime/resume.ts';
import { wakeIfComplete } from '#functions/submission/arrival.ts';
import { packetKey, packetObjects } from '#functions/submission/packet-objects.ts';

const detail = z.object({ object: z.object({ key: z.string() }) });

export const handler = eventHandler(
  'submission/note-attachment',
  detail,
  async ({ object }, { env, store }) => {
    const at = packetKey(object.key);
    if (at?.part !== 'attachment') return;
    await wakeIfComplete(at.prefix, {
      packets: store.packets,
      objects: packetObjects(s3(), env.UPLOADS_BUCKET),
      wake: (taskToken) => resume(stepFunctions(), taskToken, { outcome: 'complete' }),
    });
  },
);
