/**
 * Personal links that are in no message about a subject of asks; those are in the message's own record (`message-links.ts`). Only
 * the hash of the secret is stored, so that a reader of the table cannot follow one.
 *
 * A link is found by the first half of the hash and recognised by comparing the other half in constant time, so that
 * how long a look-up takes reveals nothing about a hash that is nearly right.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import type { Change } from '#functions/store/commit.ts';
import { AlreadyExists, NotFound } from '#functions/store/errors.ts';
import { type Key, keys } from '#functions/store/keys.ts';
import {
  type Attributes,
  type Connection,
  conditions,
  getItem,
  parseRecord,
  write,
} from '#functions/store/table.ts';

const common = {
  createdAt: z.iso.datetime(),
  /** From this moment on the link leads nowhere. */
  expiresAt: z.iso.datetime(),
};

export const linkSchema = z.discriminatedUnion('to', [
  /** Begins a session of a person of the directory, once. */
  z.strictObject({ ...common, to: z.literal('sign-in'), personId: z.string() }),
  /** A session that was begun: the secret is in the browser's cookie, not in a link. */
  z.strictObject({ ...common, to: z.literal('session'), personId: z.string() }),
  /** Shows a person their secret for one-time codes, until they have proved that they hold it. */
  z.strictObject({
    ...common,
    to: z.literal('enrolment'),
    personId: z.string(),
    /** Which of the person's secrets it is for, as `PersonCodes.enrolment` counts them. */
    enrolment: z.int().min(1),
  }),
]);

/** Where a link leads. */
export type Link = z.output<typeof linkSchema>;

const storedSchema = z.object({ proof: z.string(), link: linkSchema });

/** 256 random bits, as the link carries them. */
export function newLinkSecret() {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a secret: SHA-256, hexadecimal. No salt is needed for 256 random bits. */
export function hashLinkSecret(secret: string) {
  return createHash('sha256').update(secret, 'utf8').digest('hex');
}

/** The halves of a hash: what an item is found by, and what proves that it is the one. */
function halves(secretHash: string) {
  return [secretHash.slice(0, 32), secretHash.slice(32)] as const;
}

function isSame(one: string, other: string) {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

/** Whether it is a link that ends before its time: one that is used once, or a session that is ended. */
function isTakenAway(key: Key, attributes: Attributes) {
  const { to } = parseRecord(storedSchema, key, attributes).link;
  return to === 'sign-in' || to === 'session';
}

export function createLinks(connection: Connection) {
  return {
    /**
     * Where the link with this hashed secret leads.
     *
     * @param now business time, ISO 8601
     * @returns undefined for a foreign or altered one, `too-old` for one whose time is over
     */
    find: async (secretHash: string, now: string): Promise<Link | 'too-old' | undefined> => {
      const [locator, proof] = halves(secretHash);
      const key = keys.link(locator);
      // A link never changes, so one that is found is right; one that is not may have been made this moment, and one that
      // can be taken away is looked at again.
      const seen = await getItem(connection, key, 'eventual');
      const attributes = seen === undefined || isTakenAway(key, seen) ? await getItem(connection, key) : seen;
      if (attributes === undefined) return undefined;
      const stored = parseRecord(storedSchema, key, attributes);
      if (!isSame(stored.proof, proof)) return undefined;
      return stored.link.expiresAt <= now ? 'too-old' : stored.link;
    },

    create: (secretHash: string, link: Link): Change => {
      const [locator, proof] = halves(secretHash);
      return {
        // `ttl` (seconds) lets DynamoDB remove the item some time after the link has ended.
        write: write.put(
          keys.link(locator),
          { proof, link, ttl: Math.ceil(Date.parse(link.expiresAt) / 1000) + forgottenAfterSeconds },
          { condition: conditions.absent },
        ),
        onConflict: () => new AlreadyExists('This link'),
      };
    },

    /** Ends a link that may be used once; fails when it has been used already. */
    use: (secretHash: string): Change => ({
      write: write.delete(keys.link(halves(secretHash)[0]), conditions.present),
      onConflict: () => new NotFound('This link'),
    }),
  };
}

/** How long an ended link is still distinguished from a foreign one. */
const forgottenAfterSeconds = 366 * 86_400;
