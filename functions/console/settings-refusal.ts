/**
 * A settings file was refused: the administrators get one mail that lists what is wrong, where, and what to do.
 *
 * The directory that is in force names them, also where it is a new directory that is refused. While it names no
 * administrator (the first one is still to come), no one can be notified; the caller then logs that.
 */

import { writtenProblem } from '#domain/text/bilingual.ts';
import type { Problem } from '#domain/text/problem.ts';
import type { SettingsFile } from '#functions/console/settings-files.ts';
import { notify } from '#functions/notifications/notify.ts';
import { adminsFor } from '#functions/notifications/recipients.ts';
import type { MessageDeps } from '#functions/notifications/write-message.ts';
import type { Store } from '#functions/store/store.ts';

export interface RefusedSettings {
  file: SettingsFile;
  /** The version of the file that was read: each is reported once, however often the event comes. */
  versionId: string;
  problems: readonly Problem[];
  now: string;
}

/** Problems that a mail lists; it says how many there are. */
const listed = 50;

/** @returns how many administrators there are to be notified */
export async function notifyRefusedSettings(
  deps: MessageDeps & { store: Pick<Store, 'people'> },
  { file, versionId, problems, now }: RefusedSettings,
): Promise<number> {
  const admins = await adminsFor(deps.store.people, undefined);
  await notify(deps, admins, {
    idPrefix: `settings.${file}.${versionId}.`,
    template: 'settings-refused',
    facts: { file, count: problems.length, problems: problems.slice(0, listed).map(writtenProblem) },
    now,
  });
  return admins.length;
}
