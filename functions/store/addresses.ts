/**
 * E-mail addresses that mail does not reach, or whose holders do not want it.
 *
 * An address is kept as its SHA-256 only, in lower case. It can be looked up by the address, but the address cannot be read
 * out; that a hash of an address can be found by trying addresses is accepted, because the same table holds the
 * addresses of everyone who is written to.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Change } from '#functions/store/commit.ts';
import { NotFound } from '#functions/store/errors.ts';
import { keys, showKey } from '#functions/store/keys.ts';
import {
  type Connection,
  conditions,
  getItem,
  getItems,
  parseRecord,
  putItem,
  write,
} from '#functions/store/table.ts';

const deadAddressSchema = z.strictObject({
  reason: z.enum(['bounce', 'complaint']),
  /** When the mail service said so (ISO). */
  since: z.iso.datetime(),
});

/** Why an address is written to no more, and since when. */
export type DeadAddress = z.output<typeof deadAddressSchema>;

/** What is stored of an address: SHA-256 of its lower case, hexadecimal. */
export function hashAddress(address: string) {
  return createHash('sha256').update(address.trim().toLowerCase(), 'utf8').digest('hex');
}

export function createAddresses(connection: Connection) {
  return {
    /** Undefined for an address that may be written to; a mark counts a moment after it was made. */
    dead: async (address: string): Promise<DeadAddress | undefined> => {
      const key = keys.deadAddress(hashAddress(address));
      const attributes = await getItem(connection, key, 'eventual');
      return attributes && parseRecord(deadAddressSchema, key, attributes);
    },

    /** Those of these addresses that are not to be written to. */
    deadAmong: async (addresses: readonly string[]): Promise<Set<string>> => {
      const keyOf = (address: string) => keys.deadAddress(hashAddress(address));
      const wanted = new Map(addresses.map((address) => [showKey(keyOf(address)), keyOf(address)]));
      const found = new Set(
        (await getItems(connection, [...wanted.values()], { consistency: 'eventual' })).map(({ key }) =>
          showKey(key),
        ),
      );
      return new Set(addresses.filter((address) => found.has(showKey(keyOf(address)))));
    },

    /** Marks an address; marking it again changes only the reason and the time. */
    mark: (address: string, dead: DeadAddress): Promise<void> =>
      putItem(connection, keys.deadAddress(hashAddress(address)), dead),

    /** Takes the mark off; `NotFound` when there is none. */
    revive: (address: string): Change => ({
      write: write.delete(keys.deadAddress(hashAddress(address)), conditions.present),
      onConflict: () => new NotFound('A mark on this address'),
    }),
  };
}
