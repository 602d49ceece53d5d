import { describe, expect, it } from 'vitest';
import { importSettings } from '#functions/console/import-settings.ts';
import { notifyRefusedSettings } from '#functions/console/settings-refusal.ts';
import { regions } from '#functions/runtime/regions.ts';
import { openStage, type Stage } from '../asks/stage.ts';
import { type TestTable, useTable } from '../dynamodb.ts';
import { at } from '../scene.ts';

let table: TestTable;
let stage: Stage;
useTable(async (opened) => {
  table = opened;
  stage = await openStage(table);
});

/** Imports a file, as the event of its upload does, and reports what is wrong with it. */
async function upload(versionId: string, content: object, now: string) {
  const imported = await importSettings(
    { store: stage.store, regions },
    { file: 'people.json', content: JSON.stringify(content), versionId, now },
  );
  if (imported.outcome !== 'refused') throw new Error(`it was ${imported.outcome}`);
  return notifyRefusedSettings(stage.deps, {
    file: 'people.json',
    versionId,
    problems: imported.problems,
    now,
  });
}
function someone(id: string, role: string) {
  return {
    id,
    name: 'Seseorang',
    roles: [{ role, areas: ['*'] }],
    email: `${id}@dinas.example`,
    language: 'id',
  };
}
function mailsNow() {
  return stage.mails.filter(({ subject }) => subject.includes('people.json'));
}

describe('a refused settings file', () => {
  const broken = {
    schemaVersion: 1,
    people: [someone('ani', 'king'), { ...someone('budi', 'ppk'), email: 'nowhere' }],
  };

  it('is reported to the administrator in one mail, every problem with its place, Indonesian first', async () => {
    expect(await upload('v1', broken, at(1))).toBe(1);
    const [mail, ...others] = mailsNow();
    expect(others).toEqual([]);
    expect(mail?.to).toBe('ada@dinas.example');
    expect(mail?.subject).toBe('Berkas pengaturan ditolak – people.json');
    const [indonesian = '', english = ''] = mail?.text.split('\n----------\n') ?? [];
    for (const place of ['orang ke-1: jabatan ke-1: nama jabatan', 'orang ke-2: surel'])
      expect(indonesian).toContain(place);
    for (const place of ['person 1: role 1: name of the role', 'person 2: e-mail'])
      expect(english).toContain(place);
    expect(indonesian).toContain('unggah people.json lagi');
    expect(english).toContain('2 problems');
  });

  it('is reported once, however often its event comes; a later version is reported again', async () => {
    await upload('v1', broken, at(2));
    expect(mailsNow()).toHaveLength(1);
    await upload('v2', broken, at(3));
    expect(mailsNow()).toHaveLength(2);
  });

  it('lists no more than a mail holds, and says so', async () => {
    const people = Array.from({ length: 80 }, (_, index) => someone(`p${index}`, 'king'));
    await upload('v3', { schemaVersion: 1, people }, at(4));
    const text = mailsNow().at(-1)?.text ?? '';
    expect(text).toContain('80 problems');
    expect(text).toContain('Only the first 50');
    expect(text.match(/^- person /gm)).toHaveLength(50);
  });

  it('is reported to no one while no administrator is known', async () => {
    const before = mailsNow().length;
    const admins = (await stage.store.people.all()).filter(({ id }) => id === 'ada');
    await stage.store.commit({
      journal: 'settings',
      now: at(5),
      events: [],
      changes: admins.map(({ id }) => stage.store.people.remove(id)),
    });
    expect(await upload('v4', broken, at(5))).toBe(0);
    expect(mailsNow()).toHaveLength(before);
  });
});
