/**
 * `people.json` or `budgets.json` was uploaded to the settings bucket: brings the table to what it says, and invites
 * officers who need one-time codes and have none to enrol.
 *
 * A file with problems changes nothing; the administrators get a mail that lists them, and they are in the settings
 * journal and the log. There is no other address to write to: while the directory names no administrator, the log is
 * all there is.
 *
 * Brings the directory and the budget ceilings to what the settings files say.
 *
 * Always imports the file's present content, so that events that come late, twice or out of order converge on it;
 * content that is already in force writes nothing. A file with any problem changes nothing.
 */

import { isDeepStrictEqual } from 'node:util';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { showBudgetLine } from '#domain/money/ledger.ts';
import type { RegionDirectory } from '#domain/people/region.ts';
import { event } from '#domain/proposal/events.ts';
import { budgetFileSchema, type Ceiling, readPeople, readSettings } from '#domain/settings.ts';
import { type Problem, problem, problemPlace, problemText } from '#domain/text/problem.ts';
import { type SettingsFile, settingsFiles } from '#functions/console/settings-files.ts';
import { notifyRefusedSettings } from '#functions/console/settings-refusal.ts';
import { inviteOfficers } from '#functions/identity/code-invitations.ts';
import { codeSecretsFrom } from '#functions/identity/code-secrets.ts';
import { messengerOf } from '#functions/notifications/messenger.ts';
import { s3, secretsManager } from '#functions/runtime/clients.ts';
import { eventHandler } from '#functions/runtime/handler.ts';
import { regions } from '#functions/runtime/regions.ts';
import type { Change } from '#functions/store/commit.ts';
import { BudgetExhausted, Stale } from '#functions/store/errors.ts';
import { retryOnConflict } from '#functions/store/retry-on-conflict.ts';
import type { Store } from '#functions/store/store.ts';

type SettingsStore = Pick<Store, 'commit' | 'people' | 'budgets'>;

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
  const { file, content, now } = settings;
  const conflicts = [Stale, BudgetExhausted];
  return retryOnConflict({ what: `The settings of ${file}`, rounds: maxRounds, conflicts }, async () => {
    const plan =
      file === 'people.json'
        ? await planPeople(store, content, regions())
        : await planBudgets(store, content, now);
    if ('problems' in plan) return refuse(store, settings, plan.problems);
    return carryOut(store, settings, plan.changes);
  });
}

async function refuse(
  store: SettingsStore,
  { file, versionId, now }: ReadSettings,
  problems: Problem[],
): Promise<Imported> {
  const listed = problems.map(inWords).join('\n');
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
  changes: Change[][],
): Promise<Imported> {
  let left = changes.length;
  for (const part of transactionsOf(changes)) {
    // Of those that are left, as an import that continues after another was cut short says it: no two parts say the same.
    const facts = { file, versionId, changes: part.length, of: left };
    left -= part.length;
    await store.commit({
      journal: 'settings',
      now,
      events: [event(now, 'settings.imported', facts, importer)],
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

type Plan = { changes: Change[][] } | { problems: Problem[] };

/** A problem as the record and the log have it. */
export function inWords(each: Problem) {
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
    const mail = { store, ...messengerOf(env) };
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
    logger.warn('Settings were refused.', { file, problems: problems.map(inWords) });
    const notified = await notifyRefusedSettings(mail, { file, versionId: VersionId, problems, now });
    if (notified === 0) logger.warn('No administrator is known who could be notified.', { file });
  },
);
