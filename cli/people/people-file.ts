/**
 * `people.json` in the settings bucket, which is where the directory is changed: read with its version, written only
 * over that version (S3's If-Match), and then watched until the import says what became of it.
 */
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import type { Person } from '#domain/people/person.ts';
import type { RegionDirectory } from '#domain/people/region.ts';
import { readSettingsEvent } from '#domain/proposal/recorded-events.ts';
import { judgePeople, readPeople } from '#domain/settings.ts';
import { type Problem, problemPlace, problemText } from '#domain/text/problem.ts';
import { TooMuchContention } from '#functions/store/errors.ts';
import { retryOnConflict } from '#functions/store/retry-on-conflict.ts';
import type { Connection } from '../cloud/connection.ts';
import { CommandError } from '../errors.ts';

const key = 'people.json';

/** The directory would not be sound; each problem is two lines, Indonesian first. */
export class DirectoryRefused extends CommandError {
  override readonly name = 'DirectoryRefused';
  readonly problems: readonly Problem[];
  constructor(what: string, problems: readonly Problem[]) {
    const lines = problems.flatMap((each) => [`  - ${lineOf(each, 'id')}`, `    ${lineOf(each, 'en')}`]);
    super(`${what}\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

function lineOf(problem: Problem, language: 'id' | 'en'): string {
  const place = problemPlace(problem, language);
  return `${place === '' ? '' : `${place}: `}${problemText(problem, language)}`;
}

/** Someone else changed the directory since it was read. */
export class DirectoryChanged extends CommandError {
  override readonly name = 'DirectoryChanged';
  constructor() {
    super(
      'Another person has changed the directory meanwhile; nothing was changed. See it with "jaring people list", then try again.',
    );
  }
}

/** The import has not finished in time. */
class NotImportedYet extends CommandError {
  override readonly name = 'NotImportedYet';
  constructor(seconds: number) {
    super(
      `people.json is written, but is not in force after ${seconds} seconds. Look again with "jaring people list"; if it stays so, see "An event could not be delivered" in docs/operations.md.`,
    );
  }
}

/** `people.json` as it lies in the bucket. */
export interface PeopleObject {
  /** Undefined while there is none. */
  text: string | undefined;
  /** What a write must find there; undefined while there is none. */
  version: string | undefined;
}

export type Place = Pick<Connection, 's3' | 'outputs'>;

export async function readPeopleObject({ s3, outputs }: Place): Promise<PeopleObject> {
  try {
    const { Body, ETag } = await s3.send(
      new GetObjectCommand({ Bucket: outputs.SettingsBucketName, Key: key }),
    );
    return { text: await Body?.transformToString('utf-8'), version: ETag?.replaceAll('"', '') };
  } catch (error) {
    if (error instanceof NoSuchKey) return { text: undefined, version: undefined };
    throw error;
  }
}

/**
 * Writes the directory over the version that was read, and over no other.
 *
 * @returns the id of the new version of the object
 * @throws {DirectoryChanged}
 */
export async function writePeople(
  { s3, outputs }: Place,
  people: readonly Person[],
  version: string | undefined,
): Promise<string> {
  try {
    const { VersionId = 'unversioned' } = await s3.send(
      new PutObjectCommand({
        Bucket: outputs.SettingsBucketName,
        Key: key,
        Body: `${JSON.stringify({ schemaVersion: 1, people }, null, 2)}\n`,
        ContentType: 'application/json',
        ...(version === undefined ? { IfNoneMatch: '*' } : { IfMatch: `"${version}"` }),
      }),
    );
    return VersionId;
  } catch (error) {
    // 412: another version lies there. 409: another writer is at work at this moment.
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (status === 412 || status === 409) throw new DirectoryChanged();
    throw error;
  }
}

/** How long an import is waited for, in seconds of this machine. */
const patience = 60;
const pause = 250;

/**
 * Waits until the directory in force is what lies in the bucket: what was written, or what another writer has made of
 * it since, because each write replaces exactly the version that was read.
 *
 * @throws {DirectoryRefused} when the import refused it, with what its journal says
 * @throws {NotImportedYet}
 */
export async function awaitImport(
  connection: Place & Pick<Connection, 'control' | 'store'>,
  regions: Pick<RegionDirectory, 'has'>,
  versionId: string,
): Promise<void> {
  const { control, store } = connection;
  for (let waited = 0; waited < patience * 1000; waited += pause) {
    await control.idle();
    const { text } = await readPeopleObject(connection);
    if (says(text, await store.people.all(), regions)) return;
    const journal = (await store.audit.list({ journal: 'settings' })).map(readSettingsEvent);
    const refused = journal
      .filter((event) => event.action === 'settings.refused')
      .find(({ facts }) => facts.versionId === versionId);
    if (refused !== undefined)
      throw new DirectoryRefused(
        `The import refused it; nothing was changed.\n${refused.facts.problems}`,
        [],
      );
    await setTimeout(pause);
  }
  throw new NotImportedYet(patience);
}

function byId(people: readonly Person[]): Map<string, Person> {
  return new Map(people.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map((person) => [person.id, person]));
}

/** Rounds of reading and writing before it is given up because others keep changing the directory. */
const maxRounds = 3;

/**
 * Changes the directory: what lies in the bucket is read, changed, judged and written over exactly that.
 *
 * @param change the people as they are to be, judged before they are written; asked again when another writer was faster
 * @returns how the directory was changed, once it is in force
 * @throws {DirectoryRefused} when the present file or the changed one is not sound
 * @throws {DirectoryChanged} {NotImportedYet} and what `change` throws
 */
export async function changePeople(
  connection: Place & Pick<Connection, 'control' | 'store'>,
  regions: Pick<RegionDirectory, 'has'>,
  change: (people: readonly Person[]) => readonly object[],
): Promise<Difference> {
  const conflicts = [DirectoryChanged];
  try {
    return await retryOnConflict({ what: 'people.json', rounds: maxRounds, conflicts }, async () => {
      const { text, version } = await readPeopleObject(connection);
      const before = peopleOf(text, regions);
      const { file, problems } = judgePeople({ schemaVersion: 1, people: change(before) }, regions);
      if (file === undefined) throw new DirectoryRefused('Nothing was changed:', problems);
      const difference = differenceOf(before, file.people);
      if (isNothing(difference)) return difference;
      await awaitImport(connection, regions, await writePeople(connection, file.people, version));
      return difference;
    });
  } catch (error) {
    // It says in the reader's words what to do.
    throw error instanceof TooMuchContention ? error.cause : error;
  }
}

/** The directory that a text of `people.json` means. @throws {DirectoryRefused} */
function peopleOf(text: string | undefined, regions: Pick<RegionDirectory, 'has'>): readonly Person[] {
  if (text === undefined) return [];
  const { file, problems } = readPeople(text, regions);
  if (file === undefined)
    throw new DirectoryRefused(
      'people.json in the settings bucket is not sound, so it is not in force and cannot be changed bit by bit. Import a whole directory over it. What is wrong with it:',
      problems,
    );
  return file.people;
}

/** What becomes of whom. Ids. */
export interface Difference {
  added: string[];
  changed: string[];
  removed: string[];
}

export function differenceOf(before: readonly Person[], after: readonly Person[]): Difference {
  const [old, now] = [byId(before), byId(after)];
  const ids = (people: Map<string, Person>, fits: (person: Person) => boolean) =>
    [...people.values()].filter(fits).map(({ id }) => id);
  return {
    added: ids(now, ({ id }) => !old.has(id)),
    changed: ids(now, (person) => {
      const present = old.get(person.id);
      return present !== undefined && !isDeepStrictEqual(present, person);
    }),
    removed: ids(old, ({ id }) => !now.has(id)),
  };
}

export function isNothing({ added, changed, removed }: Difference): boolean {
  return added.length + changed.length + removed.length === 0;
}

/** Whether a text of `people.json` says what these people are: an unsound one never does. */
export function says(
  text: string | undefined,
  people: readonly Person[],
  regions: Pick<RegionDirectory, 'has'>,
): boolean {
  const { file } = text === undefined ? {} : readPeople(text, regions);
  return file !== undefined && isNothing(differenceOf(file.people, people));
}
