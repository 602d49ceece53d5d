/**
 * Waits until the attachments that a packet lists have arrived; the state's time-out bounds the wait.
 *
 * Which they are, the registration has noted. Resumed with `{outcome: 'complete'}` by this function or by
 * note-attachment, whichever sees the last one.
 */
import * as z from 'zod';
import { s3, stepFunctions } from '#functions/runtime/clients.ts';
import { nowSchema, taskHandler } from '#functions/runtime/handler.ts';
import { resume } from '#functions/runtime/resume.ts';
import { awaitArrival } from '#functions/submission/arrival.ts';
import { packetObjects } from '#functions/submission/packet-objects.ts';

const event = z.object({ packetPrefix: z.string(), taskToken: z.string().min(1), now: nowSchema });

export const handler = taskHandler(
  'submission/await-attachments',
  event,
  ({ packetPrefix, taskToken, now }, { env, store }) =>
    awaitArrival(
      { prefix: packetPrefix, taskToken, now },
      {
        packets: store.packets,
        objects: packetObjects(s3(), env.UPLOADS_BUCKET),
        wake: (token) => resume(stepFunctions(), token, { outcome: 'complete' }),
      },
    ),
);
