/**
 * The secret in a personal link: 256 random bits, known to the mail that carries it and to nobody else. The table
 * holds its SHA-256 only, so that neither a reader of the table nor a log can open a link.
 */
import { createHash, randomBytes } from 'node:crypto';

const secretBytes = 32;

/** The only form a secret has: 32 bytes in base64url without padding. */
const secretForm = /^[A-Za-z0-9_-]{43}$/;

/** A new secret; it is not kept anywhere but in the link. */
export const newSecret = () => randomBytes(secretBytes).toString('base64url');

/** What the table knows a link by. */
export const hashOfSecret = (secret: string) => createHash('sha256').update(secret).digest('hex');

/** Whether a text could be a secret at all; what cannot is not looked up. */
export const isSecret = (text: string) => secretForm.test(text);

/** @param base the public URL of the HTTP API, with or without a slash at its end */
export const linkUrl = (base: string, secret: string) => `${base.replace(/\/+$/, '')}/a/${secret}`;
