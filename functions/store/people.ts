/** The directory of officials: who holds which role in which area. */
import type { DirectoryRole } from '#domain/asks/roles.ts';
import { type Person, personSchema, whoHolds } from '#domain/people/person.ts';
import type { Change } from '#functions/store/commit.ts';
import { NotFound } from '#functions/store/errors.ts';
import { keys } from '#functions/store/keys.ts';
import { type Connection, getItem, parseRecord, queryItems, write } from '#functions/store/table.ts';

export function createPeople(connection: Connection) {
  const all = async (): Promise<Person[]> => {
    const { pk } = keys.person('');
    const found = await queryItems(connection, pk, 'PERSON#');
    return found.map(({ key, attributes }) => parseRecord(personSchema, key, attributes));
  };
  return {
    all,

    get: async (id: string): Promise<Person | undefined> => {
      const key = keys.person(id);
      const attributes = await getItem(connection, key);
      return attributes && parseRecord(personSchema, key, attributes);
    },

    /**
     * Who holds a role for a region, the most local first.
     *
     * @param region a dotted region code; the village of the group, for example
     */
    byRole: async (role: DirectoryRole, region: string): Promise<Person[]> =>
      whoHolds(await all(), role, region),

    put: (person: Person): Change => ({
      write: write.put(keys.person(person.id), person),
      onConflict: () => new NotFound(`Person ${person.id}`),
    }),

    remove: (id: string): Change => ({
      write: write.delete(keys.person(id)),
      onConflict: () => new NotFound(`Person ${id}`),
    }),
  };
}
