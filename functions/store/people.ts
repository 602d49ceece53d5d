/** The directory of officials: who holds which role in which area. */
import { type Person, personSchema, type Role } from '#domain/person.ts';
import type { Change } from '#functions/store/commit.ts';
import { NotFound } from '#functions/store/errors.ts';
import { keys } from '#functions/store/keys.ts';
import { type Connection, getItem, parseRecord, queryItems, write } from '#functions/store/table.ts';

/** Whether a person's area list covers a region: everywhere, the region itself, or a region that contains it. */
const covers = (areas: readonly string[], region: string) =>
  areas.some((area) => area === '*' || region === area || region.startsWith(`${area}.`));

export const createPeople = (connection: Connection) => {
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
     * Who holds a role for a region, in the order of their ids.
     *
     * @param area a region code in dotted form; the village of the group, for example
     */
    byRole: async (role: Role, area: string): Promise<Person[]> =>
      (await all()).filter((person) =>
        person.roles.some((held) => held.role === role && covers(held.areas, area)),
      ),

    put: (person: Person): Change => ({
      write: write.put(keys.person(person.id), person),
      onConflict: () => new NotFound(`Person ${person.id}`),
    }),

    remove: (id: string): Change => ({
      write: write.delete(keys.person(id)),
      onConflict: () => new NotFound(`Person ${id}`),
    }),
  };
};
