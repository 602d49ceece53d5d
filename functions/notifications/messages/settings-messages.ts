/** Messages about the settings files that the ministry uploads. */

import type { Bilingual } from '#domain/text/bilingual.ts';
import type { Message } from '#functions/notifications/messages/message.ts';

/** Notifies the admin that a settings file was refused whole, why, and what to do. */
export function settingsRefused(facts: {
  /** The file's name: `people.json`, `budgets.json` or `calendar.json`. */
  file: string;
  /** How many problems there are, also those that are not listed. */
  count: number;
  problems: readonly Bilingual[];
}): Message {
  return {
    subject: {
      id: `Berkas pengaturan ditolak – ${facts.file}`,
      en: `Settings file refused – ${facts.file}`,
    },
    blocks: [
      {
        id: `Berkas ${facts.file} yang diunggah memuat ${facts.count} masalah. Tidak ada pengaturan yang berubah; isi yang lama tetap berlaku.`,
        en: `The file ${facts.file} that was uploaded has ${facts.count} problems. No setting has changed; what was in force before still is.`,
      },
      { list: facts.problems },
      ...(facts.problems.length < facts.count
        ? [
            {
              id: `Hanya ${facts.problems.length} masalah pertama yang ditampilkan.`,
              en: `Only the first ${facts.problems.length} problems are shown.`,
            },
          ]
        : []),
      {
        id: `Perbaiki semuanya, lalu unggah ${facts.file} lagi dengan nama yang sama.`,
        en: `Put all of them right, then upload ${facts.file} again under the same name.`,
      },
    ],
  };
}
