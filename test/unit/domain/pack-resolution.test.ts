import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { askKinds, defaultTimings } from '#domain/asks/ask-kinds.ts';
import {
  packDefaultsSchema,
  payingOfficeSchema,
  type RulesFile,
  resolvePack,
  rulesFileSchema,
} from '#domain/pack-resolution.ts';
import defaultsFile from '#programmes/defaults.json' with { type: 'json' };
import rulesJson from '#programmes/rules/tkm-2020.v2.json' with { type: 'json' };

const defaults = packDefaultsSchema.parse(defaultsFile);
const office = payingOfficeSchema.parse({
  id: 'kantor',
  debitAccount: { bankCode: '008', number: '12345', holder: 'KANTOR' },
  rail: 'bulk-text',
});
const programme = {
  id: 'contoh',
  name: { id: 'Contoh', en: 'Example' },
  rules: 'tkm-2020',
  payingOffice: 'kantor',
};

function resolve(change: object = {}) {
  const rules: RulesFile = rulesFileSchema.parse({ ...rulesJson, ...change });
  return resolvePack(rules, { programme, office, defaults });
}

describe('a rule-pack is put together', () => {
  test('of rules, the name of the programme, and the account and rail of the office that pays', () => {
    const pack = resolve();
    expect(pack).toMatchObject({ id: 'contoh', version: 2, name: programme.name });
    expect(pack.payment).toMatchObject({ rail: 'bulk-text', debitAccount: office.debitAccount });
    expect(pack.payment.maxPaperReturns).toBe(rulesJson.payment.maxPaperReturns);
  });

  test('with defaults for all that the rules do not say, every one of them marked as illustrative', () => {
    const pack = resolve();
    expect(pack.asks).toEqual(defaultTimings);
    expect(pack.training).toEqual(defaults.training);
    expect(pack.illustrative).toEqual([...rulesJson.illustrative, '/training', '/asks']);
  });

  test('of one field that the rules say and the rest of the defaults', () => {
    const pack = resolve({
      asks: { approval: { expireAfter: 7 } },
      training: { visits: [{ afterDays: 45 }] },
      published: [...rulesJson.published, { at: '/training/visits', source: 'a decree' }],
      illustrative: [...rulesJson.illustrative, '/asks/approval/expireAfter'],
    });
    expect(pack.asks).toEqual({
      ...defaultTimings,
      approval: { ...defaultTimings.approval, expireAfter: 7 },
    });
    expect(pack.training).toEqual({ ...defaults.training, visits: [{ afterDays: 45 }] });
    const planned = askKinds.filter((kind) => defaultTimings[kind] !== undefined);
    const added = pack.illustrative.slice(rulesJson.illustrative.length + 1);
    expect(added).toEqual([
      ...Object.keys(defaults.training)
        .filter((field) => field !== 'visits')
        .map((field) => `/training/${field}`),
      ...planned
        .filter((kind) => kind !== 'approval')
        .flatMap((kind) => `/asks/${kind}`)
        .toSpliced(
          planned.indexOf('approval'),
          0,
          ...['remindAfter', 'reminders', 'escalateAfter'].map((field) => `/asks/approval/${field}`),
        ),
    ]);
  });

  test('and a mistake is refused: an unknown kind or field, a timing that does not go together, a rail', () => {
    for (const change of [
      { asks: { aproval: { expireAfter: 7 } } },
      { asks: { approval: { expiresAfter: 7 } } },
      { asks: { approval: { expireAfter: 5 } } },
      { training: { visit: [] } },
      { payment: { ...rulesJson.payment, rail: 'bulk-text' } },
      { name: { id: 'Nama', en: 'Name' } },
    ]) {
      expect(() => resolve(change), JSON.stringify(change)).toThrow(z.ZodError);
    }
  });
});
