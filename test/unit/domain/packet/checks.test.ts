import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CheckContext, checkPacket } from '#domain/packet/checks.ts';
import { maxPacketBytes, type PacketInput } from '#domain/packet/packet.ts';
import type { RulePack } from '#domain/programme.ts';
import { problemPlace } from '#domain/text/problem.ts';
import { problemTexts } from '#domain/text/problem-texts.ts';
import { contextOf, foundFile, padatKarya, readText, soundPacket, tkm, twoTranches } from './packets.ts';

/** The codes and places of all problems after a change to a sound packet. */
function problemsAfter(
  change: (packet: PacketInput) => void,
  { pack = tkm, context = {} }: { pack?: RulePack; context?: Partial<CheckContext> } = {},
): string[] {
  const packet = soundPacket(pack);
  const around = contextOf(packet, context);
  change(packet);
  return checkPacket(readText(JSON.stringify(packet)), around).problems.map(
    ({ code, where }) => `${code} ${where}`,
  );
}

/** The item, which the sound packet certainly has. */
function at<Item>(list: readonly Item[], index: number): Item {
  const item = list[index];
  if (item === undefined) throw new Error(`the packet has no item ${index}`);
  return item;
}

describe('a sound packet', () => {
  test.each([tkm, padatKarya, twoTranches])('of $id has no problem and no warning', (pack) => {
    const packet = soundPacket(pack);
    const result = checkPacket(readText(JSON.stringify(packet)), contextOf(packet));
    expect(result.problems).toEqual([]);
    expect(result.warnings).toEqual([]);
    expect(result.pack).toBe(pack);
    expect(result.packet?.group.village).toBe('33.02.15.2003');
  });
});

test('an account that the rail of the programme cannot pay into is reported at once', () => {
  const change = ({ account }: PacketInput) => {
    account.bankCode = '999';
    account.holder = '\u{1f600}';
  };
  expect(problemsAfter(change, { pack: twoTranches })).toEqual([
    'bank-unknown /account/bankCode',
    'name-not-writable /account/holder',
  ]);
  // No rail reaches a bank that does not exist.
  expect(problemsAfter(change, { pack: tkm })).toEqual(['bank-unknown /account/bankCode']);
});

test.each([
  ['002', '12345', ['account-length /account/number']],
  ['002', '0012345678', ['account-length /account/number']],
  ['002', '001201000123456', []],
  ['002', '0012-01-000123-45.6', []],
  ['008', '001201000123456', ['account-length /account/number']],
  ['008', ' 137 00 1234567 8', []],
  ['014', '12345678901', ['account-length /account/number']],
  ['200', '0000101500012345', []],
  ['200', '7001234567', []],
  ['110', '12345', ['account-length /account/number']],
  ['110', '001234', []],
  ['110', '12345678901234567890', []],
  ['000', '0012345678', ['bank-unknown /account/bankCode']],
  ['777', '12345', ['bank-unknown /account/bankCode', 'account-length /account/number']],
  ['009', '00123x5678', ['field-malformed /account/number']],
])('at the bank %s an account %j has %j', (bankCode, number, expected) => {
  const given = (packet: PacketInput) => {
    packet.account = { ...packet.account, bankCode, number };
  };
  expect(problemsAfter(given, { pack: tkm })).toEqual(expected);
});

test('an account number is kept without blanks, dots and dashes', () => {
  const packet = soundPacket();
  packet.account.number = '00.1234-5678 ';
  expect(readText(JSON.stringify(packet)).packet?.account.number).toBe('0012345678');
});

describe('a packet that cannot be read', () => {
  const check = (text: string) => checkPacket(readText(text), contextOf(soundPacket()));

  test('is reported to be no JSON, with the place and without quoting its text', () => {
    const { problems } = check('{"members": [{"nik": "3302151501850001" "name": 1}]}');
    expect(problems.map(({ code }) => code)).toEqual(['not-json']);
    expect(JSON.stringify(problems)).not.toContain('3302151501850001');
  });

  test('is reported to be too large, of a later schema, or no object', () => {
    expect(check(`{"a":"${'x'.repeat(maxPacketBytes)}"}`).problems).toMatchObject([
      { code: 'packet-too-large' },
    ]);
    expect(check('{"schemaVersion":2,"groups":[]}').problems).toMatchObject([
      { code: 'schema-version-unknown', facts: { version: '2' } },
    ]);
    expect(check('[]').problems).toMatchObject([{ code: 'field-wrong-kind' }]);
  });

  test('names every field that is missing', () => {
    const missing = check('{}').problems.filter(({ code }) => code === 'field-missing');
    expect(missing.map(({ where }) => where)).toEqual(
      expect.arrayContaining([
        '/schemaVersion',
        '/programme',
        '/group',
        '/members',
        '/rab',
        '/account',
        '/contact',
      ]),
    );
  });

  test('never makes the checks fail, whatever JSON it is', () => {
    const context = contextOf(soundPacket());
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('members', 'group', 'rab', 'plan', 'attachments'),
        (value, key) => {
          const text = JSON.stringify({ ...soundPacket(), [key]: value });
          const { problems } = checkPacket(readText(text), context);
          for (const problem of problems) {
            for (const [, fact = ''] of problemTexts[problem.code].id.matchAll(/\{(\w+)\}/g))
              expect(problem.facts, problem.code).toHaveProperty(fact);
            expect(problemPlace(problem, 'en').length).toBeGreaterThanOrEqual(0);
          }
          expect(readText(JSON.stringify(value)).problems.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('all problems are reported at once', () => {
  test('also when they lie in different layers: shape, numbers, sums and files', () => {
    const found = soundPacket()
      .attachments.map(({ name }) => foundFile(name))
      .slice(1);
    const problems = problemsAfter(
      (packet) => {
        at(packet.members, 0).phone = 'none';
        at(packet.members, 0).nik = '123';
        at(packet.members, 4).nik = at(packet.members, 2).nik;
        at(packet.members, 7).birthDate = '2010-05-08';
        at(packet.rab, 0).total += 1;
        packet.account.number = '12';
        packet.group.village = '33.02.15.9999';
      },
      { context: { found } },
    );
    expect(problems).toEqual(
      expect.arrayContaining([
        'field-malformed /members/0/phone',
        'nik-not-16-digits /members/0/nik',
        'nik-birth-date-differs /members/4/nik',
        'member-nik-doubled /members/4/nik',
        'nik-birth-date-differs /members/7/nik',
        'member-too-young /members/7/birthDate',
        'rab-line-wrong /rab/0/total',
        'rab-sum-wrong /amountAsked',
        'field-malformed /account/number',
        'village-unknown /group/village',
        'attachment-not-uploaded proposal.pdf',
      ]),
    );
    expect(problems).toHaveLength(11);
  });
});

describe('the group', () => {
  test('must have the size of the pack', () => {
    expect(problemsAfter((packet) => void packet.members.pop())).toContain('group-too-small /members');
    const extra = problemsAfter((packet) => {
      packet.members.push({
        ...at(packet.members, 0),
        number: 21,
        nik: '3302152105850021',
        birthDate: '1985-05-21',
      });
    });
    expect(extra).toContain('group-too-large /members');
  });

  test('must be led by one of its members, each with a number of their own', () => {
    const problems = problemsAfter((packet) => {
      packet.group.leader = 77;
      at(packet.members, 1).number = 1;
    });
    expect(problems).toContain('leader-not-a-member /group/leader');
    expect(problems).toContain('member-number-doubled /members/1/number');
  });

  test('must be reachable: shared or missing addresses do not make up the quorum', () => {
    const problems = problemsAfter((packet) => {
      for (const member of packet.members.slice(0, 7)) member.email = 'satu@kelompok.example';
    });
    expect(problems).toEqual(['too-few-reachable /members']);
  });

  test('are reachable by text message too, where those are sent', () => {
    const withoutMail = (packet: PacketInput) => {
      for (const member of packet.members) delete member.email;
    };
    expect(problemsAfter(withoutMail)).toEqual(['too-few-reachable /members']);
    expect(problemsAfter(withoutMail, { context: { texts: true } })).toEqual([]);
    const withOnePhone = (packet: PacketInput) => {
      withoutMail(packet);
      for (const member of packet.members.slice(0, 7)) member.phone = '+62 812-0000-0099';
      at(packet.members, 8).phone = '0281 641234';
    };
    expect(problemsAfter(withOnePhone, { context: { texts: true } })).toEqual(['too-few-contacts /members']);
  });

  test('must not contain people outside the ages of the pack', () => {
    const problems = problemsAfter((packet) => {
      at(packet.members, 0).birthDate = '1950-05-01';
      at(packet.members, 0).nik = '3302150105500001';
    });
    expect(problems).toEqual(['member-too-old /members/0/birthDate']);
  });
});

describe('the money', () => {
  test('of TKM is exactly the sum of the pack', () => {
    const problems = problemsAfter((packet) => {
      packet.rab = [{ ...at(packet.rab, 0) }];
      packet.amountAsked = 30_000_000;
    });
    expect(problems).toEqual(['amount-not-fixed /amountAsked']);
  });

  test('may have quantities with a fraction, rounded to the rupiah', () => {
    const problems = problemsAfter((packet) => {
      const line = at(packet.rab, 1);
      line.quantity = 2.5;
      line.unitPrice = 4_000_000;
    });
    expect(problems).toEqual([]);
  });

  test('of Padat Karya is workers × days × day rate, within the limits', () => {
    const problems = problemsAfter(
      (packet) => {
        const works = packet.plan.works;
        if (works === undefined) throw new Error('the works plan is there');
        works.days = 30;
        works.dayRate = 200_000;
        works.workers = 19;
      },
      { pack: padatKarya },
    );
    expect(problems).toEqual([
      'works-days-outside /plan/works/days',
      'works-day-rate-too-high /plan/works/dayRate',
      'works-workers-differ /plan/works/workers',
      'works-labour-wrong /rab',
    ]);
    const materials = problemsAfter(
      (packet) => {
        const line = at(packet.rab, 1);
        line.quantity = 1000;
        line.total = 60_000_000;
        packet.amountAsked = 80_000_000;
      },
      { pack: padatKarya },
    );
    expect(materials).toEqual(['amount-too-large /amountAsked', 'works-materials-too-large /rab']);
    const without = problemsAfter((packet) => void delete packet.plan.works, { pack: padatKarya });
    expect(without).toEqual(['works-missing /plan/works']);
  });
});

describe('the attachments', () => {
  const upload = (change: (name: string) => Partial<ReturnType<typeof foundFile>> | undefined) => ({
    context: {
      found: soundPacket().attachments.map(({ name }) => ({ ...foundFile(name), ...change(name) })),
    },
  });

  test('must be listed: one for the group, one for each member', () => {
    const problems = problemsAfter((packet) => {
      packet.attachments = packet.attachments.filter(
        ({ type, member }) => type !== 'proposal' && member !== 3,
      );
    });
    expect(problems).toEqual([
      'attachment-type-missing /attachments',
      'attachment-type-missing /attachments',
    ]);
  });

  test('must be what the packet says: same bytes, same size', () => {
    const other = upload((name) =>
      name === 'proposal.pdf' ? { sha256: 'f'.repeat(64), bytes: 3 } : undefined,
    );
    expect(problemsAfter(() => {}, other)).toEqual([
      'attachment-altered proposal.pdf',
      'attachment-size-differs proposal.pdf',
    ]);
  });

  test('must be of a kind that the pack takes, by content and by name', () => {
    const picture = upload((name) => (name === 'proposal.pdf' ? { mediaType: 'image/png' } : undefined));
    expect(problemsAfter(() => {}, picture)).toEqual(['attachment-wrong-content proposal.pdf']);
    const scan = upload((name) => (name === 'ktp-01.pdf' ? { mediaType: 'image/jpeg' } : undefined));
    expect(problemsAfter(() => {}, scan)).toEqual(['attachment-name-misleads ktp-01.pdf']);
    const nothing = upload((name) => (name === 'ktp-02.pdf' ? { mediaType: null } : undefined));
    expect(problemsAfter(() => {}, nothing)).toEqual(['attachment-wrong-content ktp-02.pdf']);
  });

  test('must not be empty, too large, doubled, unknown or of a stranger', () => {
    const problems = problemsAfter(
      (packet) => {
        packet.attachments.push({ ...at(packet.attachments, 0) });
        at(packet.attachments, 1).type = 'selfie';
        at(packet.attachments, 2).member = 55;
        at(packet.attachments, 3).bytes = 0;
        at(packet.attachments, 4).bytes = 3 * 1024 * 1024;
      },
      upload((name) => {
        if (name === 'ktp-03.pdf') return { bytes: 0 };
        return name === 'ktp-04.pdf' ? { bytes: 3 * 1024 * 1024 } : undefined;
      }),
    );
    expect(problems).toEqual(
      expect.arrayContaining([
        'attachment-name-doubled /attachments/25/name',
        'attachment-type-unknown /attachments/1/type',
        'attachment-member-unknown /attachments/2/member',
        'attachment-empty ktp-03.pdf',
        'attachment-too-large ktp-04.pdf',
      ]),
    );
  });
});

describe('the programme', () => {
  test('must be in force, and the known ones are named', () => {
    const packet = { ...soundPacket(), programme: 'tkm-1999' };
    const { problems } = checkPacket(readText(JSON.stringify(packet)), contextOf(soundPacket()));
    expect(problems).toMatchObject([{ code: 'programme-unknown', where: '/programme' }]);
    expect(String(problems[0]?.facts.known)).toContain('tkm-2020');
  });

  test('must not change once it is pinned, and the pinned one is what counts', () => {
    const problems = problemsAfter(() => {}, { pack: tkm, context: { pinned: twoTranches } });
    expect(problems).toEqual(['programme-changed /programme']);
    const { pack } = checkPacket(readText(JSON.stringify(soundPacket())), {
      ...contextOf(soundPacket()),
      inForce: [],
      pinned: tkm,
    });
    expect(pack).toBe(tkm);
  });
});

describe('warnings', () => {
  test.each(['KUB SUMBER REJEKI', 'REJEKI SUMBER', 'SUMBER REZEKI', 'SUMBER REJEKI', 'KEL SUMBER REJEIK'])(
    'point at the holder %s, who is nearly the group',
    (holder) => {
      const packet = soundPacket();
      packet.account.holder = holder;
      const { problems, warnings } = checkPacket(readText(JSON.stringify(packet)), contextOf(packet));
      expect(problems).toEqual([]);
      expect(warnings.map(({ code, where }) => `${code} ${where}`)).toEqual([
        'account-holder-near /account/holder',
      ]);
    },
  );

  test('point at what a verifier should look at, and stop nothing', () => {
    const packet = soundPacket();
    at(packet.members, 0).nik = '3174010105850001';
    at(packet.members, 1).phone = '+62 812-0000-0001';
    packet.account.holder = 'BUDI SANTOSO';
    const context = contextOf(packet);
    const { problems, warnings } = checkPacket(readText(JSON.stringify(packet)), {
      ...context,
      found: [...context.found, foundFile('extra.pdf')],
    });
    expect(problems).toEqual([]);
    expect(warnings.map(({ code, where }) => `${code} ${where}`)).toEqual([
      'nik-region-differs /members/0/nik',
      'phone-shared /members/1/phone',
      'account-not-the-groups /account/holder',
      'attachment-unlisted extra.pdf',
    ]);
  });
});
