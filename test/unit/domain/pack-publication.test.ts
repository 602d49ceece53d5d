import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { timingOf } from '#domain/asks/ask.ts';
import { askKinds } from '#domain/asks/ask-kinds.ts';
import { rupiah } from '#domain/money/rupiah.ts';
import { packHash, packKey, publicationSchema, publicationState } from '#domain/pack-publication.ts';
import type { RulePack } from '#domain/programme.ts';
import { canonicalJson } from '#domain/proposal/audit.ts';
import { everyRulePack, rulePack } from '#programmes/index.ts';
import publishedFile from '#programmes/published.json' with { type: 'json' };

const publications = z.array(publicationSchema).parse(publishedFile);

test('every version under programmes/ is published, and means what was published', () => {
  // Published versions never change: a correction is a new version (docs/recipes.md).
  expect(publicationState(everyRulePack(), publications)).toEqual({
    unpublished: [],
    altered: [],
    missing: [],
  });
});

describe('version 1', () => {
  const rpl = {
    bankCode: '002',
    number: '000100000001',
    holder: 'RPL PENYALURAN BANTUAN PEMERINTAH',
  };
  const pain001 = {
    format: 'pain.001',
    version: '001.001.09',
    initiatingParty: { name: 'DITJEN BINAPENTA DAN PKK', id: 'KEMNAKERPKK' },
    memberIds: {},
    services: {
      BIFAST: { localInstrument: { proprietary: 'BIFAST' } },
      SKNBI: { serviceLevel: { code: 'NURG' }, localInstrument: { proprietary: 'SKNBI' } },
      RTGS: {
        priority: 'HIGH',
        serviceLevel: { code: 'URGP' },
        localInstrument: { proprietary: 'RTGS' },
      },
    },
  };
  const whole = [
    ['tkm-2020', 'bulk-text', '73268245549cd40e3278be215a716a331996f41935037553fffcfc0aa65fffe1'],
    ['padat-karya-2020', 'bulk-text', 'a3c202b41814c778f8e0ac80c15d602a54068f555392b4b58f5d4ee8e75d6f66'],
    ['tkm-2020-two-tranches', pain001, 'edd5c071db9e8250f6db728bfc93601acc2ef060da224f5ee82dd8884825c002'],
    [
      'tkm-2020-treasury',
      { format: 'treasury', satker: '689912' },
      '872586ae3fda45ad31f03d0fd5ec21f798747044e3c0665b37add1e53c6a08f5',
    ],
    ['tkm-2022', 'bulk-text', '5d7a00b6a33e8ec80a9440781836e60c304c26c316b5ecb227528910c8a00955'],
  ] as const;

  // The hashes were taken of the packs as they were when each was one file, account, rail and notes included.
  test.each(whole)('of %s is what it was before packs had defaults and offices', (id, rail, sha256) => {
    const pack = rulePack(id, 1);
    // How the office learns of settlements came later, and is the office's.
    const { settledBy: _, bookedWithinWorkingDays: __, ...payment } = pack.payment;
    const first = { ...pack, payment: { ...payment, rail, debitAccount: rpl } };
    // Kinds of asks that came later are none of it.
    const asks = Object.fromEntries(publications[0]?.asks.map((kind) => [kind, pack.asks[kind]]) ?? []);
    expect(
      createHash('sha256')
        .update(canonicalJson({ ...first, asks }))
        .digest('hex'),
    ).toBe(sha256);
  });
});

describe('the hash of a pack', () => {
  const pack = rulePack('tkm-2020', 2);
  const hash = (change: Partial<RulePack>) => packHash({ ...pack, ...change }, askKinds);
  const own = packHash(pack, askKinds);

  test('is another when any rule is, a timing that came from the defaults included', () => {
    expect(hash({ amount: { kind: 'fixed', amount: rupiah(40_000_001) } })).not.toBe(own);
    expect(hash({ asks: { ...pack.asks, spm: { ...timingOf('spm', pack), expireAfter: 11 } } })).not.toBe(
      own,
    );
    expect(hash({ training: { ...pack.training, visits: [] } })).not.toBe(own);
    expect(hash({ name: { ...pack.name, en: 'Another' } })).not.toBe(own);
  });

  test('is the same under another agreement with the bank, and with other notes on sources', () => {
    const debitAccount = { ...pack.payment.debitAccount, number: '999' };
    const rail = { format: 'treasury' as const, satker: '123456' };
    expect(hash({ payment: { ...pack.payment, rail, debitAccount } })).toBe(own);
    expect(hash({ published: [], illustrative: [] })).toBe(own);
  });

  test('does not know kinds of asks that came after it', () => {
    const before = askKinds.filter((kind) => kind !== 'lpj');
    const early = packHash(pack, before);
    const lpj = { ...timingOf('lpj', pack), expireAfter: 99 };
    expect(packHash({ ...pack, asks: { ...pack.asks, lpj } }, before)).toBe(early);
    expect(early).not.toBe(own);
  });

  test('finds what is altered, missing or not published yet', () => {
    const other = rulePack('tkm-2022', 1);
    const changed = { ...pack, group: { ...pack.group, size: { min: 19, max: 20 } } };
    const known = publications.map(({ asks, packs }) => ({
      asks,
      packs: Object.fromEntries(Object.entries(packs).filter(([key]) => key !== packKey(other))),
    }));
    const { unpublished, altered, missing } = publicationState([changed, other], known);
    expect([unpublished, altered]).toEqual([['tkm-2022/1'], ['tkm-2020/2']]);
    expect(missing).toContain('tkm-2020/1');
  });
});
