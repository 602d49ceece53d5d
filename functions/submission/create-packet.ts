/**
 * `POST /packets`: answers with presigned POSTs by which a packet is uploaded, one form for each file.
 *
 * @grants s3: PutObject (uploads; presigned forms act with this function's rights)
 */
import { s3 } from '#functions/shared/clients.ts';
import { httpHandler } from '#functions/shared/handler.ts';
import { presignedForms } from '#functions/submission/packet-forms.ts';
import { answerPacketRequest } from '#functions/submission/packet-request.ts';

export const handler = httpHandler('submission/create-packet', (request, { env }) =>
  answerPacketRequest(request, presignedForms(s3(), env.UPLOADS_BUCKET)),
);
