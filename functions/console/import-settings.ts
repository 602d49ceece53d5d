/**
 * `people.json`, `budgets.json` or `calendar.json` was uploaded to the settings bucket: brings the table to what it says, and invites
 * officers who need one-time codes and have none to enrol.
 *
 * A file with problems changes nothing; the administrators get a mail that lists them, and they are in the settings
 * journal and the log. There is no other address to write to: while the directory names no administrator, the log is
 * all there is.
 *
 * Brings the directory, the budget ceilings and the calendar to what the settings files say.
 *
 * Always imports the file's present content, so that events that come late, twice or out of order converge on it;
 * content that is already in force writes nothing. A file with any problem changes nothing.
 */

import { isDeepStrictEqual } from 'node:util';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { type LoadedDecree, withLoaded } from '#domain/calendar.ts';
import { readCalendar } from '#domain/calendar-file.ts';
import { showBudgetLine } from '#domain/money/ledger.ts';
import type { RegionDirectory } from '#domain/people/region.ts';
import { event, type SettingsEvent } from '#domain/proposal/events.ts';
import { budgetFileSchema, type Ceiling, readPeople, readSettings } from '#domain/settings.ts';
import { type Problem, problem, problemPlace, problemText } from '#domain/text/problem.ts';
import { type SettingsFile, settingsFiles } from '#functions/console/settings-files.ts';
import { notifyRefusedSettings } from '#functions/console/settings-refusal.ts';
import { inviteOfficers } from '#functions/identity/code-invitations.ts';
import { codeSecretsFrom } from '#functions/identity/code-secrets.ts';
import { postOf } from '#functions/notifications/post.ts';
import { s3, secretsManager } from '#functions/runtime/clients.ts';
import { eventHandler } from '#functions/runtime/handler.ts';
import { regions } from '#functions/runtime/regions.ts';
import type { Change } from '#functions/store/commit.ts';
import { AlreadyExists, BudgetExhausted, Stale } from '#functions/store/errors.ts';
import { retryOnConflict } from '#functions/store/retry-on-conflict.ts';
import type { Store } from '#functions/store/store.ts';
import { shippedDecrees } from '#programmes/calendar.ts';

type SettingsStore = Pick<Store, 'commit' | 'people' | 'budgets' | 'calendar'>;

export interface SettingsDeps {
  store: SettingsStore;
  /** The regions of today, in which areas must lie. */
  regions: () => Pick<RegionDirectory, 'has'>;
}

/** A version of a settings file, as it was read. */
export interface ReadSettings {
  file: SettingsFile;
  content: string | Uint8Array;
  /** The object's version, by which its author finds what became of it in the journal. */
  versionId: string;
  /** Business time, ISO 8601. */
  now: string;
}

/** What became of a file. */
export type Imported =
  | { outcome: 'imported'; changes: number }
  | { outcome: 'unchanged' }
  | { outcome: 'refused'; problems: Problem[] };

/** DynamoDB takes 100 items in a transaction; the audit event and its head need two. */
const changesInOneCommit = 98;

/** Longest list of problems that an audit event repeats; the mail and the logs hold more. */
const recordedCharacters = 2000;

/** Imports that met another change are planned again this often before the event is delivered again. */
const maxRounds = 5;

export async function importSettings(
  { store, regions }: SettingsDeps,
  settings: ReadSettings,
): Promise<Imported> {
  const { file } = settings;
  // A decree that another delivery of the file has added meanwhile is known when it is planned again.
  const conflicts = [Stale, BudgetExhausted, AlreadyExists];
  return retryOnConflict({ what: `The settings of ${file}`, rounds: maxRounds, conflicts }, async () => {
    const plan = await planOf({ store, regions }, settings);
    if ('problems' in plan) return refuse(store, settings, plan.problems);
    return carryOut(store, settings, plan);
  });
}

function planOf(
  { store, regions }: SettingsDeps,
  { file, content, versionId, now }: ReadSettings,
): Promise<Plan> {
  switch (file) {
    case 'people.json':
      return planPeople(store, content, regions());
    case 'budgets.json':
      return planBudgets(store, content, now);
    case 'calendar.json':
      return planCalendar(store, { file, content, versionId, now });
  }
}

async function refuse(
  store: SettingsStore,
  { file, versionId, now }: ReadSettings,
  problems: Problem[],
): Promise<Imported> {
  const listed = problems.map(recordedText).join('\n');
  const facts = { file, versionId, count: problems.length, problems: listed.slice(0, recordedCharacters) };
  await store.commit({
    journal: 'settings',
    now,
    events: [event(now, 'settings.refused', facts, importer)],
    changes: [],
  });
  return { outcome: 'refused', problems };
}

async function carryOut(
  store: SettingsStore,
  { file, versionId, now }: ReadSettings,
  { changes, events = () => [] }: Planned,
): Promise<Imported> {
  let left = changes.length;
  for (const part of transactionsOf(changes)) {
    // Of those that are left, as an import that continues after another was cut short says it: no two parts say the same.
    const facts = { file, versionId, changes: part.length, of: left };
    left -= part.length;
    await store.commit({
      journal: 'settings',
      now,
      events: [event(now, 'settings.imported', facts, importer), ...part.flatMap(events)],
      changes: part.flat(),
    });
  }
  return changes.length === 0 ? { outcome: 'unchanged' } : { outcome: 'imported', changes: changes.length };
}

/** The changes in as few transactions as take them; what belongs together is in one. */
function transactionsOf(changes: readonly Change[][]): Change[][][] {
  const parts: Change[][][] = [];
  let room = 0;
  for (const change of changes) {
    if (change.length > room) {
      parts.push([]);
      room = changesInOneCommit;
    }
    parts.at(-1)?.push(change);
    room -= change.length;
  }
  return parts;
}

const importer = { kind: 'system', id: 'console/import-settings' } as const;

interface Planned {
  changes: Change[][];
  /** What the record says of each of them besides. */
  events?(changes: Change[]): SettingsEvent[];
}
type Plan = Planned | { problems: Problem[] };

/** A problem as the record and the log have it. */
function recordedText(each: Problem) {
  return `${each.where} (${problemPlace(each, 'en')}): ${problemText(each, 'en')}`;
}

/** The file is the whole directory: who is not in it leaves it. New people come before old ones leave. */
async function planPeople(
  { people }: SettingsStore,
  content: ReadSettings['content'],
  regions: Pick<RegionDirectory, 'has'>,
): Promise<Plan> {
  const { file, problems } = readPeople(content, regions);
  if (file === undefined) return { problems };
  const present = new Map((await people.all()).map((person) => [person.id, person]));
  const put = file.people.filter((person) => !isDeepStrictEqual(present.get(person.id), person));
  const staying = new Set(file.people.map(({ id }) => id));
  const leaving = [...present.keys()].filter((id) => !staying.has(id));
  return {
    changes: [...put.map(people.put), ...leaving.map((id) => [people.remove(id)])],
  };
}

/** A line that is not in the file keeps its ceiling; a ceiling below what is in use refuses the file. */
async function planBudgets(
  { budgets }: SettingsStore,
  content: ReadSettings['content'],
  now: string,
): Promise<Plan> {
  const { file, problems } = readSettings(budgetFileSchema, content);
  if (file === undefined) return { problems };
  const changes: Change[][] = [];
  const tooLow: Problem[] = [];
  const there = await budgets.among(file.ceilings);
  for (const [index, { ceiling, ...line }] of (file.ceilings satisfies Ceiling[]).entries()) {
    const present = there.get(showBudgetLine(line));
    if (present === undefined) changes.push(budgets.create(line, ceiling, now));
    else if (present.ceiling - present.available > ceiling)
      tooLow.push(
        problem('ceiling-below-use', `/ceilings/${index}`, {
          line: showBudgetLine(line),
          ceiling,
          used: present.ceiling - present.available,
        }),
      );
    else if (present.ceiling !== ceiling) changes.push(budgets.setCeiling(present, ceiling, now));
  }
  return tooLow.length > 0 ? { problems: tooLow } : { changes };
}

/** Decrees are added; what is in force is never changed. */
async function planCalendar(
  { calendar, people }: SettingsStore,
  { file, content, versionId, now }: ReadSettings,
): Promise<Plan> {
  const known = withLoaded(shippedDecrees, await calendar.all());
  const directory = new Map((await people.inRole('admin')).map((person) => [person.id, person]));
  const read = readCalendar(content, { known, loader: (id) => directory.get(id), now });
  if (read.file === undefined) return { problems: read.problems };
  const planned = new Map(read.file.map((decree) => [[calendar.add(decree)], decree]));
  return {
    changes: [...planned.keys()],
    events: (changes) => eventOf(planned.get(changes), { file, versionId }, now),
  };
}

/** What the record says of a decree that is added. */
function eventOf(
  added: LoadedDecree | undefined,
  file: { file: string; versionId: string },
  now: string,
): SettingsEvent[] {
  if (added === undefined) return [];
  const { decree, loaded } = added;
  const facts = { ...file, year: decree.year, decree: decree.number, on: decree.on, why: loaded.why };
  return [event(now, 'calendar.decreed', facts, { kind: 'person', id: loaded.by })];
}

const detail = z.object({ object: z.object({ key: z.string() }) });

export const handler = eventHandler(
  'console/import-settings',
  detail,
  async ({ object }, { env, store, logger, now }) => {
    const file = settingsFiles.find((name) => name === object.key);
    if (file === undefined) return;
    const { Body, VersionId = 'unversioned' } = await s3().send(
      new GetObjectCommand({ Bucket: env.SETTINGS_BUCKET, Key: file }),
    );
    const content = (await Body?.transformToByteArray()) ?? new Uint8Array();
    const mail = { store, ...postOf(env) };
    const settings = { file, content, versionId: VersionId, now };
    const imported = await importSettings({ store, regions }, settings);
    if (imported.outcome !== 'refused') {
      logger.info('Settings were read.', { file, ...imported });
      if (file !== 'people.json') return;
      const codeSecrets = () => codeSecretsFrom(secretsManager(), env.CODE_SECRETS_ARN);
      const invited = await inviteOfficers(
        { ...mail, linkBaseUrl: env.LINK_BASE_URL, codeSecrets },
        { occasion: `people.json-${VersionId}`, now },
      );
      return logger.info('People were invited to enrol for codes.', { invited });
    }
    const { problems } = imported;
    logger.warn('Settings were refused.', { file, problems: problems.map(recordedText) });
    const notified = await notifyRefusedSettings(mail, { file, versionId: VersionId, problems, now });
    if (notified === 0) logger.warn('No administrator is known who could be notified.', { file });
  },
);
