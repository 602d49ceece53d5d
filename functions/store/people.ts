/**
 * The directory of officials: who holds which role in which area.
 *
 * Next to each person lie pointers to them, by role and area and by address, so that no one who asks for a few people reads
 * all. A pointer is only a hint: what it leads to is read and looked at, so one that is left over does no harm.
 */
import type { DirectoryRole } from '#domain/asks/roles.ts';
import { type Person, personSchema, whoHolds } from '#domain/people/person.ts';
import { hashAddress } from '#functions/store/addresses.ts';
import type { Change } from '#functions/store/commit.ts';
import { NotFound } from '#functions/store/errors.ts';
import { type Key, keys } from '#functions/store/keys.ts';
import {
  type Connection,
  type Consistency,
  getItem,
  parseRecord,
  queryItems,
  write,
} from '#functions/store/table.ts';

/** A pointer's last part: whom it leads to. */
function pointedAt({ sk }: Key) {
  return sk.slice(sk.lastIndexOf('#') + 1);
}

export function createPeople(connection: Connection) {
  const find = async (id: string, consistency: Consistency): Promise<Person | undefined> => {
    const key = keys.person(id);
    const attributes = await getItem(connection, key, consistency);
    return attributes && parseRecord(personSchema, key, attributes);
  };

  /** These people, without those who are in the directory no more. A change counts a moment after it was made. */
  const byIds = async (ids: Iterable<string>): Promise<Person[]> =>
    (await Promise.all([...new Set(ids)].map((id) => find(id, 'eventual')))).filter(
      (person) => person !== undefined,
    );

  /** The people whom pointers lead to whose keys begin so. */
  const pointed = async (...beginnings: Key[]): Promise<Person[]> => {
    const found = await Promise.all(
      beginnings.map(({ pk, sk }) => queryItems(connection, pk, sk, 'eventual')),
    );
    return byIds(found.flat().map(({ key }) => pointedAt(key)));
  };

  /** Pointers to a role's holders in one province, or in the whole country (`*`). */
  const ofProvince = (role: DirectoryRole, province: string): Key => {
    const { pk } = keys.holder(role, province, '');
    return { pk, sk: `HOLDER#${province}#` };
  };

  /**
   * Who holds a role for a region, the most local first.
   *
   * @param region a dotted region code; the village of the group, for example
   */
  const byRole = async (role: DirectoryRole, region: string): Promise<Person[]> => {
    const provinces = region === '' ? [] : [ofProvince(role, region.slice(0, 2))];
    return whoHolds(await pointed(ofProvince(role, '*'), ...provinces), role, region);
  };

  return {
    /** Everyone: for those who compare or list the directory itself, and for no one else. */
    all: async (): Promise<Person[]> => {
      const { pk } = keys.person('');
      const found = await queryItems(connection, pk, 'PERSON#');
      return found.map(({ key, attributes }) => parseRecord(personSchema, key, attributes));
    },

    /** @param consistency `eventual` where only something is shown */
    get: (id: string, consistency: Consistency = 'strong'): Promise<Person | undefined> =>
      find(id, consistency),

    byIds,

    byRole,

    /** Who holds a role anywhere. */
    inRole: async (role: DirectoryRole): Promise<Person[]> => {
      const { pk } = keys.holder(role, '', '');
      return (await pointed({ pk, sk: 'HOLDER#' })).filter(({ roles }) =>
        roles.some((held) => held.role === role),
      );
    },

    /**
     * Those among whom it is decided who is asked: who holds a role for a region, the people named, and the substitutes
     * and superiors of all of these.
     *
     * @param named ids; undefined ones are passed over
     */
    around: async (
      role: DirectoryRole,
      region: string,
      named: readonly (string | undefined)[],
    ): Promise<Person[]> => {
      const [holders, others] = await Promise.all([
        byRole(role, region),
        byIds(named.filter((id) => id !== undefined)),
      ]);
      const near = [...holders, ...others];
      const related = near.flatMap(({ superior, absences = [] }) => [
        ...(superior === undefined ? [] : [superior]),
        ...absences.flatMap(({ substitute }) => substitute ?? []),
      ]);
      const known = new Map(near.map((person) => [person.id, person]));
      const more = await byIds(related.filter((id) => !known.has(id)));
      return [...known.values(), ...more];
    },

    /** Whose an e-mail address is; capital letters make no difference. */
    byAddress: async (email: string): Promise<Person[]> => {
      const { pk } = keys.personOf(hashAddress(email), '');
      const wanted = email.trim().toLowerCase();
      return (await pointed({ pk, sk: 'PERSON#' })).filter((person) => person.email.toLowerCase() === wanted);
    },

    /** A person as they are now, with the pointers to them. */
    put: (person: Person): Change[] => {
      const onConflict = () => new NotFound(`Person ${person.id}`);
      const held = person.roles.flatMap(({ role, areas }) =>
        areas.map((area) => keys.holder(role, area, person.id)),
      );
      const pointers = new Map(held.map((key) => [`${key.pk} ${key.sk}`, key]));
      return [
        { write: write.put(keys.person(person.id), person), onConflict },
        ...[...pointers.values(), keys.personOf(hashAddress(person.email), person.id)].map((key) => ({
          write: write.put(key, {}),
          onConflict,
        })),
      ];
    },

    /** A person leaves the directory; the pointers that are left lead nowhere. */
    remove: (id: string): Change => ({
      write: write.delete(keys.person(id)),
      onConflict: () => new NotFound(`Person ${id}`),
    }),
  };
}
