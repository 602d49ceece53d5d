/**
 * `POST /packets`: answers with presigned POSTs by which a packet is uploaded, one form for each file.
 *
 * A request for upload forms: who asks for which files, and the answer with everything that is wrong or with the forms.
 */

import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { attachmentSchema, maxAttachments, maxPacketBytes, packetKeys } from '#domain/packet/packet.ts';
import { type Problem, problem, problemPlace, problemText } from '#domain/text/problem.ts';
import { problemsOf } from '#domain/text/zod-problems.ts';
import { s3 } from '#functions/runtime/clients.ts';
import type { HttpAnswer, HttpRequest } from '#functions/runtime/handler.ts';
import { httpHandler } from '#functions/runtime/handler.ts';
import {
  formSeconds,
  type MakeForm,
  presignedForms,
  type UploadForm,
} from '#functions/submission/packet-forms.ts';

/** Largest attachment that a form allows; a rule-pack may allow less, which the checks then say. */
export const maxAttachmentBytes = 20 * 1024 * 1024;
/** A request body of more characters than this is not read. */
const maxRequestCharacters = 64 * 1024;

/** A packet's name: 128 random bits, because anyone who knows it may put files there. */
const packetForm = /^packet-[0-9a-f]{32}$/;
function newPacket() {
  return `packet-${randomBytes(16).toString('hex')}`;
}

const requestSchema = z.strictObject({
  /** A packet that an earlier request named: a revision, or files that were forgotten. */
  packet: z.string().regex(packetForm).optional(),
  /** Where to write if proposal.json cannot be read. */
  contact: z.email().max(254).optional(),
  attachments: z
    .array(
      z.strictObject({
        name: attachmentSchema.shape.name,
        /** Media type, for example `application/pdf`. */
        type: z
          .string()
          .regex(/^[a-z]+\/[a-z0-9.+-]+$/)
          .max(100),
        bytes: z.int().min(1).max(maxAttachmentBytes),
      }),
    )
    .max(maxAttachments)
    .default([]),
});

/** The request's content, or everything that is wrong with it. */
function readRequest(body: string): { request: z.output<typeof requestSchema> } | { problems: Problem[] } {
  if (body.length > maxRequestCharacters)
    return { problems: [problem('field-too-long', '', { maximum: maxRequestCharacters })] };
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { problems: [problem('field-malformed', '', { expected: 'JSON' })] };
  }
  const parsed = requestSchema.safeParse(value, { reportInput: true });
  if (!parsed.success) return { problems: problemsOf(parsed.error) };
  const names = parsed.data.attachments.map(({ name }) => name);
  const doubled = names.flatMap((name, index) =>
    names.indexOf(name) < index
      ? [problem('attachment-name-doubled', `/attachments/${index}/name`, { name })]
      : [],
  );
  return doubled.length > 0 ? { problems: doubled } : { request: parsed.data };
}

function json(statusCode: number, body: object): HttpAnswer {
  return {
    statusCode,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  };
}

/** A problem with its words, Indonesian first. */
function problemBody(each: Problem) {
  return {
    code: each.code,
    where: each.where,
    place: { id: problemPlace(each, 'id'), en: problemPlace(each, 'en') },
    message: { id: problemText(each, 'id'), en: problemText(each, 'en') },
  };
}

/**
 * 201 with the packet's name and the forms, `proposal.json` last: it starts the proposal, and attachments that are
 * there by then need no waiting for. 400 with all problems at once.
 */
export async function answerPacketRequest(
  { body, now }: Pick<HttpRequest, 'body' | 'now'>,
  makeForm: MakeForm,
): Promise<HttpAnswer> {
  const read = readRequest(body);
  if ('problems' in read)
    return json(400, {
      message: {
        id: 'Permintaan tidak dapat diproses. Perbaiki hal-hal berikut lalu kirim lagi.',
        en: 'The request cannot be processed. Correct the following and send it again.',
      },
      problems: read.problems.map(problemBody),
    });
  const { packet = newPacket(), attachments, contact } = read.request;
  const uploads: UploadForm[] = await Promise.all([
    ...attachments.map(({ name, type, bytes }) =>
      makeForm({ key: packetKeys(packet).attachment(name), type, maxBytes: bytes }),
    ),
    makeForm({
      key: packetKeys(packet).proposal,
      type: 'application/json',
      maxBytes: maxPacketBytes,
      ...(contact !== undefined && { metadata: { contact } }),
    }),
  ]);
  const expiresAt = new Date(Date.parse(now) + formSeconds * 1000).toISOString();
  return json(201, { packet, expiresAt, uploads });
}

export const handler = httpHandler('submission/create-packet', (request, { env }) =>
  answerPacketRequest(request, presignedForms(s3(), env.UPLOADS_BUCKET)),
);
