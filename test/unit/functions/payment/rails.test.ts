import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serviceLimits } from '#domain/money/bank-service.ts';
import { type PaymentAttempt, planPayment, railProblems } from '#domain/money/payment.ts';
import { type Pain001Rail, pain001RailSchema } from '#domain/money/rail.ts';
import { type Rupiah, rupiah } from '#domain/money/rupiah.ts';
import { latinText } from '#functions/payment/rails/latin-text.ts';
import { messageIdOf } from '#functions/payment/rails/message-id.ts';
import { pain001 } from '#functions/payment/rails/pain-001.ts';
import { readInstruction } from '#players/bank/instructions.ts';
import { schemaOf } from '#test/iso-20022.ts';

function agreement(version: Pain001Rail['version'], more: Partial<Pain001Rail> = {}): Pain001Rail {
  return pain001RailSchema.parse({
    format: 'pain.001',
    version,
    initiatingParty: { name: 'Ditjen Binapenta & PKK', id: 'KEMNAKER01' },
    services: {
      BIFAST: { localInstrument: { proprietary: 'BIFAST' } },
      SKNBI: { serviceLevel: { code: 'NURG' }, localInstrument: { proprietary: 'SKNBI' } },
      RTGS: { priority: 'HIGH', serviceLevel: { code: 'URGP' }, localInstrument: { proprietary: 'RTGS' } },
    },
    ...more,
  });
}

interface Facts {
  rail: Pain001Rail;
  proposalId?: string;
  amount?: Rupiah;
  bankCode?: string;
  number?: string;
  holder?: string;
  remittance?: string;
}
function payment({ rail, proposalId = 'P-0123456789', ...facts }: Facts): PaymentAttempt {
  return planPayment(
    {
      proposalId,
      tranche: 1,
      amount: facts.amount ?? rupiah(40_000_000),
      account: {
        bankCode: facts.bankCode ?? '009',
        number: facts.number ?? '0012345678',
        holder: facts.holder ?? 'KEL SUMBER REJEKI',
      },
      payee: { group: 'Sumber Rejeki' },
      debitAccount: { bankCode: '002', number: '000100000001', holder: 'RPL PENYALURAN BANTUAN' },
      rail,
      remittance: facts.remittance ?? 'TKM 2020 tahap 1',
    },
    '2020-08-03T02:00:00.000Z',
  );
}

function instructionOf(payments: PaymentAttempt[]) {
  return {
    runId: 'R20200804-0A1B2C3D',
    file: 'pain.001.001.09-KEMNAKER01-002-000100000001',
    // One in the morning in Jakarta, so the day there is not the day in Greenwich.
    startedAt: '2020-08-03T18:00:00.000Z',
    date: '2020-08-04',
    payments,
  };
}
function written(payments: PaymentAttempt[]) {
  return [...pain001.write(instructionOf(payments))].join('');
}

const hostile = [
  ...['Kelompok "Tani" & <Nelayan>', "Rumah 'Sehat' ]]>", '&amp;&#x41;', '<!-- -->', '<?xml?>', 'A|B\\C//D/'],
  ...['ꦱꦸꦩ꧀ꦧꦺꦂ ꦫꦼꦗꦼꦏꦶ', 'مجموعة المزارعين', '農民合作社', 'Крестьяне', 'Tani 👩‍🌾 Maju 😀'],
  ...[
    '\u202eijuM\u202c Jaya',
    'Cafe\u0301 Wanodya',
    'A\u0000B\u0008C\u001b',
    'nol\u200blebar',
    '\ud800 Tani',
    'Tab\tbaris\n',
  ],
];
const anyName = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ unit: 'binary', maxLength: 70 }),
  fc.string({ maxLength: 70 }).map((text) => `${text}é`),
);
const anyAmount = fc.integer({ min: 1, max: 2_000_000_000 }).map(rupiah);
const anyFacts = fc.record({
  amount: anyAmount,
  bankCode: fc.constantFrom('002', '008', '009', '014', '113', '451'),
  number: fc.stringMatching(/^[0-9]{5,20}$/),
  holder: anyName,
  remittance: anyName,
});

describe.each(['001.001.09', '001.001.03'] as const)('pain.%s', (version) => {
  const rail = agreement(version);
  const schema = schemaOf(`pain.${version}`);
  const payments = (facts: Omit<Facts, 'rail'>[]) =>
    facts.map((each, index) =>
      payment({ ...each, rail, proposalId: `P-${String(index).padStart(10, '0')}` }),
    );

  it('satisfies the published schema, whatever people are called', ({ skip }) => {
    if (schema.missing !== undefined) return skip(schema.missing);
    const { validate } = schema;
    // A schema that takes everything would prove nothing.
    expect(() => validate(written([payment({ rail })]).replace('TRF', 'TREF'))).toThrow('PmtMtd');
    fc.assert(
      fc.property(fc.array(anyFacts, { minLength: 1, maxLength: 8 }), (facts) => {
        const writable = payments(facts).filter((each) => railProblems(each).length === 0);
        if (writable.length > 0) validate(written(writable));
      }),
    );
    const marked = agreement(version, {
      clearingSystem: { proprietary: 'SKNBI' },
      memberIds: { '009': '0090010' },
    });
    validate(written([payment({ rail: marked })]));
  });

  it('is read by the bank as it was meant: the same ids, amounts, accounts and banks', () => {
    fc.assert(
      fc.property(fc.array(anyFacts, { minLength: 1, maxLength: 8 }), (facts) => {
        const writable = payments(facts).filter((each) => railProblems(each).length === 0);
        fc.pre(writable.length > 0);
        const { orders, ...head } = readInstruction('x.xml', written(writable));
        expect(head).toMatchObject({
          runId: 'R20200804-0A1B2C3D',
          date: '20200804',
          debitAccount: '000100000001',
        });
        expect(orders.map(({ holder: _, remittance: __, ...rest }) => rest)).toEqual(
          writable.map(({ endToEndId, amount, account, service }) => ({
            endToEndId,
            amount,
            bank: account.bankCode,
            account: account.number,
            service,
          })),
        );
        for (const { holder, remittance } of orders)
          expect([holder, remittance].every((text) => /^[A-Za-z0-9/\-?:().,'+ ]{1,140}$/.test(text))).toBe(
            true,
          );
      }),
    );
  });

  it('states the service by the amount, at the limits of each', () => {
    const amounts = [
      serviceLimits.BIFAST,
      rupiah(serviceLimits.BIFAST + 1),
      serviceLimits.SKNBI,
      rupiah(serviceLimits.SKNBI + 1),
    ];
    const text = written(payments(amounts.map((amount) => ({ amount }))));
    expect([...text.matchAll(/<PmtTpInf>.*?<\/PmtTpInf>/g)].map(([mark]) => mark)).toEqual([
      '<PmtTpInf><LclInstrm><Prtry>BIFAST</Prtry></LclInstrm></PmtTpInf>',
      ...Array(2).fill(
        '<PmtTpInf><SvcLvl><Cd>NURG</Cd></SvcLvl><LclInstrm><Prtry>SKNBI</Prtry></LclInstrm></PmtTpInf>',
      ),
      '<PmtTpInf><InstrPrty>HIGH</InstrPrty><SvcLvl><Cd>URGP</Cd></SvcLvl><LclInstrm><Prtry>RTGS</Prtry></LclInstrm></PmtTpInf>',
    ]);
  });

  it('carries thirty thousand payments in pieces that do not grow with their number', () => {
    const many = payments(Array.from({ length: 30_000 }, (_, index) => ({ holder: `KELOMPOK ${index}` })));
    const pieces = Array.from(pain001.write(instructionOf(many)), (piece) => piece.length);
    expect(Math.max(...pieces)).toBeLessThan(250_000);
    expect(pieces.reduce((sum, length) => sum + length, 0)).toBeGreaterThan(30_000 * 400);
  });
});

it('as .09 a message is the .03 that ISO’s schema checks, but for the namespace and the choice that the date became', () => {
  fc.assert(
    fc.property(fc.array(anyFacts, { minLength: 1, maxLength: 4 }), (facts) => {
      const as = (version: Pain001Rail['version']) => {
        const rail = agreement(version);
        const all = facts.map((each, index) => payment({ ...each, rail, proposalId: `P-000000000${index}` }));
        return written(all.filter((each) => railProblems(each).length === 0));
      };
      const old = as('001.001.09')
        .replace('pain.001.001.09', 'pain.001.001.03')
        .replace(/<ReqdExctnDt><Dt>(.*?)<\/Dt>/, '<ReqdExctnDt>$1');
      expect(old).toBe(as('001.001.03'));
    }),
    { numRuns: 30 },
  );
});

describe('a pain.001 message', () => {
  const rail = agreement('001.001.09');

  it('has ids of at most 35 characters, the same for the same run and file and no other', () => {
    const { runId, file } = instructionOf([]);
    const id = messageIdOf({ runId, file });
    expect(id).toMatch(/^R20200804-0A1B2C3D-[0-9A-F]{8}$/);
    expect(`${id}-1`.length).toBeLessThanOrEqual(35);
    expect(messageIdOf({ runId, file })).toBe(id);
    expect(messageIdOf({ runId, file: `${file}0` })).not.toBe(id);
    expect(written([payment({ rail })])).toContain(`<MsgId>${id}</MsgId>`);
  });

  it('names banks by what was agreed, else by their code, and keeps the zeros that accounts begin with', () => {
    const agreed = agreement('001.001.09', { memberIds: { '009': '0090010', '999': '9990001' } });
    const text = written([
      payment({ rail: agreed, number: '0000012345' }),
      payment({ rail: agreed, proposalId: 'P-0000000002', bankCode: '999' }),
    ]);
    expect([...text.matchAll(/<MmbId>(\d+)<\/MmbId>/g)].map(([, id]) => id)).toEqual([
      '002',
      '0090010',
      '9990001',
    ]);
    expect(text).toContain('<Othr><Id>0000012345</Id></Othr>');
  });

  it('is refused to a bank that is in no clearing, and to a name without a letter, all at once', () => {
    const bad = payment({ rail, bankCode: '999', holder: '😀 \u202e' });
    expect(railProblems(bad).map(({ code, where }) => [code, where])).toEqual([
      ['bank-not-in-clearing', '/account/bankCode'],
      ['name-not-writable', '/account/holder'],
    ]);
    expect(railProblems({ ...bad, rail: 'bulk-text' })).toEqual([]);
    expect(() => written([bad])).toThrow('no member of the clearing');
  });

  it('names an account of letters without a Latin spelling by its number', () => {
    expect(written([payment({ rail, holder: '\u{20011}', number: '00777' })])).toContain(
      '<Cdtr><Nm>REKENING 00777</Nm></Cdtr>',
    );
  });

  it.each([0, -1, 0.5, Number.NaN, 2 ** 53])('takes no %s rupiah', (amount) => {
    const wrong = { ...payment({ rail }), amount: amount as Rupiah };
    expect(() => written([wrong])).toThrow('whole rupiah');
  });
});

describe('text for banks', () => {
  it.each([
    ['ꦱꦸꦩ꧀ꦧꦺꦂ ꦫꦼꦗꦼꦏꦶ', 'sumber rejeki'],
    ['農民', 'NongMin'],
    ['Kelompok "Tani" & <Nelayan>', "Kelompok 'Tani' + (Nelayan)"],
    ['Tani 👩‍🌾 Maju 😀', 'Tani Maju'],
    ['//RT 01//RW 02/', 'RT 01/RW 02'],
    ['Cafe\u0301 № 5', 'Cafe No 5'],
    ['\u202eTani\u202c', 'Tani'],
    ['😀', ''],
    ['---', ''],
  ])('spells %s as %s', (text, spelled) => {
    expect(latinText(text, 140)).toBe(spelled);
  });

  it('is short, allowed, and the same when it is written again', () => {
    fc.assert(
      fc.property(anyName, fc.integer({ min: 1, max: 140 }), (text, maximum) => {
        const once = latinText(text, maximum);
        expect(once.length).toBeLessThanOrEqual(maximum);
        expect(once).toMatch(/^[A-Za-z0-9/\-?:().,'+ ]*$/);
        expect(latinText(once, maximum)).toBe(once);
      }),
    );
  });
});
