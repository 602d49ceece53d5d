/**
 * The secrets of links in messages about a proposal or a payment run. The message's own record says where its links lead, so that a link
 * needs no item: the secret names the record, and is recognised by its hash, which is all that the record has of it.
 *
 * A secret is 32 bytes: 7 of the subject's number, 8 of the message's hash, and 17 that are random (136 bits).
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Key, keys } from '#functions/store/keys.ts';

const subjectBytes = 7;
const messageBytes = 8;
const randomPart = 17;

/** The number of a proposal, ten digits in base 36, leaves this bit free: it marks a payment run. */
const ofRun = 1n << 55n;
const msPerDay = 86_400_000;

/** A subject's id as a number: `P-` and ten digits in base 36; of a payment run its day, and 32 bits in hexadecimal. */
function packed(subjectId: string): Buffer {
  const [, year = '', month, day, hash] = /^R(\d{4})(\d{2})(\d{2})-([0-9A-F]{8})$/.exec(subjectId) ?? [];
  let number = 0n;
  if (hash !== undefined) {
    const days = BigInt(Date.parse(`${year}-${month}-${day}`) / msPerDay);
    number = ofRun | (days << 32n) | BigInt(`0x${hash}`);
  } else
    for (const character of subjectId.slice(2))
      number = number * 36n + BigInt(Number.parseInt(character, 36));
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(number);
  return bytes.subarray(8 - subjectBytes);
}

function unpacked(bytes: Buffer): string {
  const number = Buffer.concat([Buffer.alloc(8 - subjectBytes), bytes]).readBigUInt64BE();
  if ((number & ofRun) === 0n) return `P-${number.toString(36).toUpperCase().padStart(10, '0')}`;
  const days = Number((number ^ ofRun) >> 32n);
  const hash = (number & 0xffff_ffffn).toString(16).toUpperCase().padStart(8, '0');
  const day = new Date(days * msPerDay).toISOString().slice(0, 10).replaceAll('-', '');
  return `R${day}-${hash}`;
}

/** What a message is found by: the first 8 bytes of the SHA-256 of its id, hexadecimal. */
export function locatorOf(messageId: string): string {
  return createHash('sha256')
    .update(messageId, 'utf8')
    .digest('hex')
    .slice(0, 2 * messageBytes);
}

/** A new secret of a link in this message, as the link carries it. */
export function newMessageSecret(subjectId: string, messageId: string): string {
  return Buffer.concat([
    packed(subjectId),
    Buffer.from(locatorOf(messageId), 'hex'),
    randomBytes(randomPart),
  ]).toString('base64url');
}

/** The record of the message that a secret names, if it is one at all. @param secret as a link carries it */
export function recordOf(secret: string): Key {
  const bytes = Buffer.from(secret, 'base64url');
  return keys.message(
    unpacked(bytes.subarray(0, subjectBytes)),
    bytes.subarray(subjectBytes, subjectBytes + messageBytes).toString('hex'),
  );
}

/**
 * What the address for replies has behind a `+`, so that a reply names the message that it answers. It is no secret: who may
 * decide by a reply is proven by the mail's author.
 */
export function replyLabel(subjectId: string, messageId: string): string {
  return `${subjectId.replace(/^P-/, '').toLowerCase()}.${locatorOf(messageId)}`;
}

/** The record of the message that a reply to this address answers; undefined for an address without a label of ours. */
export function recordAnswered(address: string): Key | undefined {
  const [, subject, locator] =
    /\+([0-9a-z]{10}|r\d{8}-[0-9a-f]{8})\.([0-9a-f]{16})@/.exec(address.toLowerCase()) ?? [];
  if (subject === undefined || locator === undefined) return undefined;
  const id = subject.toUpperCase();
  return keys.message(id.includes('-') ? id : `P-${id}`, locator);
}

/** What is stored of a secret: the first half of its SHA-256. No salt is needed for 136 random bits. */
export function proofOf(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest().subarray(0, 16).toString('base64url');
}

/** Whether it is the same proof, in a time that reveals nothing of how alike they are. */
export function isSameProof(one: string, other: string) {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
