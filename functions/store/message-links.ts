/**
 * The secrets of links in messages about a proposal. The message's own record says where its links lead, so that a link
 * needs no item: the secret names the record, and is recognised by its hash, which is all that the record has of it.
 *
 * A secret is 32 bytes: 7 of the proposal's number, 8 of the message's hash, and 17 that are random (136 bits).
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Key, keys } from '#functions/store/keys.ts';

const proposalBytes = 7;
const messageBytes = 8;
const randomPart = 17;

/** A proposal's id as a number: `P-` and ten characters in base 36. */
function packedProposal(proposalId: string): Buffer {
  let number = 0n;
  for (const character of proposalId.slice(2)) number = number * 36n + BigInt(Number.parseInt(character, 36));
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(number);
  return bytes.subarray(8 - proposalBytes);
}

function unpackedProposal(bytes: Buffer): string {
  const number = Buffer.concat([Buffer.alloc(8 - proposalBytes), bytes]).readBigUInt64BE();
  return `P-${number.toString(36).toUpperCase().padStart(10, '0')}`;
}

/** What a message is found by: the first 8 bytes of the SHA-256 of its id, hexadecimal. */
export function locatorOf(messageId: string): string {
  return createHash('sha256')
    .update(messageId, 'utf8')
    .digest('hex')
    .slice(0, 2 * messageBytes);
}

/** A new secret of a link in this message, as the link carries it. */
export function newMessageSecret(proposalId: string, messageId: string): string {
  return Buffer.concat([
    packedProposal(proposalId),
    Buffer.from(locatorOf(messageId), 'hex'),
    randomBytes(randomPart),
  ]).toString('base64url');
}

/** The record of the message that a secret names, if it is one at all. @param secret as a link carries it */
export function recordOf(secret: string): Key {
  const bytes = Buffer.from(secret, 'base64url');
  return keys.message(
    unpackedProposal(bytes.subarray(0, proposalBytes)),
    bytes.subarray(proposalBytes, proposalBytes + messageBytes).toString('hex'),
  );
}

/**
 * What the address for replies has behind a `+`, so that a reply names the message that it answers. It is no secret: who may
 * decide by a reply is proven by the mail's author.
 */
export function replyLabel(proposalId: string, messageId: string): string {
  return `${proposalId.slice(2).toLowerCase()}.${locatorOf(messageId)}`;
}

/** The record of the message that a reply to this address answers; undefined for an address without a label of ours. */
export function recordAnswered(address: string): Key | undefined {
  const [, proposal, locator] = /\+([0-9a-z]{10})\.([0-9a-f]{16})@/.exec(address.toLowerCase()) ?? [];
  return proposal === undefined || locator === undefined
    ? undefined
    : keys.message(`P-${proposal.toUpperCase()}`, locator);
}

/** What is stored of a secret: the first half of its SHA-256. No salt is needed for 136 random bits. */
export function proofOf(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest().subarray(0, 16).toString('base64url');
}

/** Whether it is the same proof, in a time that reveals nothing of how alike they are. */
export function isSameProof(one: string, other: string) {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
