/** Which modules functions of a thread have between them. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { SharedModules } from '#local/lambda/thread/shared-modules.mjs';

/** The folder of a function's code with a list, or without. */
function taskRoot(list?: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'function-'));
  if (list !== undefined) writeFileSync(join(folder, 'shared-modules.json'), JSON.stringify(list));
  return pathToFileURL(`${folder}/`).href;
}

it('loads what is listed with one text from one place, and nothing else', () => {
  const shared = new SharedModules();
  const [left, right] = [taskRoot({ 'a.mjs': '1' }), taskRoot({ 'b.mjs': '1' })];
  shared.add(left);
  shared.add(right);
  expect(shared.oneFor(`${left}a.mjs`)).toBe(`${left}a.mjs`);
  expect(shared.oneFor(`${right}b.mjs`)).toBe(`${left}a.mjs`);
  expect(shared.oneFor(`${right}a.mjs`)).toBeUndefined();
  expect(shared.oneFor('node:fs')).toBeUndefined();
});

it('keeps apart what has one name and two texts', () => {
  const shared = new SharedModules();
  const [left, right] = [taskRoot({ 'a.mjs': '1' }), taskRoot({ 'a.mjs': '2' })];
  shared.add(left);
  shared.add(right);
  expect(shared.oneFor(`${right}a.mjs`)).toBe(`${right}a.mjs`);
});

it('shares nothing of a function that lists nothing', () => {
  const shared = new SharedModules();
  const [left, plain] = [taskRoot({ 'a.mjs': '1' }), taskRoot()];
  shared.add(left);
  shared.add(plain);
  expect(shared.oneFor(`${plain}a.mjs`)).toBeUndefined();
});
