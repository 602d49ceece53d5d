/** Personal links: only the hash of the secret is stored, so that whoever reads the table cannot follow one. */
import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Change } from '#functions/store/commit.ts';
import { AlreadyExists } from '#functions/store/errors.ts';
import { keys } from '#functions/store/keys.ts';
import { type Connection, conditions, getItem, parseRecord, write } from '#functions/store/table.ts';

const linkSchema = z.object({
  proposalId: z.string(),
  /** The ask that the link shows and answers: a person's own, or a member's part of a group's. */
  askId: z.string(),
  /** The person of the directory whom it was sent to; absent for the group's leader and its members. */
  personId: z.string().optional(),
  createdAt: z.string(),
});

/** Where a link leads. */
export type Link = z.output<typeof linkSchema>;

/** 256 random bits, as the link carries them. */
export const newLinkSecret = () => randomBytes(32).toString('base64url');

/** What is stored of a secret: SHA-256, hexadecimal. No salt is needed for 256 random bits. */
export const hashLinkSecret = (secret: string) => createHash('sha256').update(secret, 'utf8').digest('hex');

export const createLinks = (connection: Connection) => ({
  /** Where the link with this hashed secret leads; undefined for a foreign or altered one. */
  find: async (secretHash: string): Promise<Link | undefined> => {
    const key = keys.link(secretHash);
    const attributes = await getItem(connection, key);
    return attributes && parseRecord(linkSchema, key, attributes);
  },

  create: (secretHash: string, link: Link): Change => ({
    write: write.put(keys.link(secretHash), link, { condition: conditions.absent }),
    onConflict: () => new AlreadyExists('This link'),
  }),
});
