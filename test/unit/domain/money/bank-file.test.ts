import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AnswerFile,
  type AnswerLine,
  type Instruction,
  readBankAnswer,
  readInstruction,
  writeBankAnswer,
} from '#domain/money/bank-file.ts';
import { bankServiceFor } from '#domain/money/bank-service.ts';
import { bankText } from '#domain/money/bank-text.ts';
import { jaringBulk1, writeByLayout } from '#domain/money/bulk-layout.ts';
import { endToEndId } from '#domain/money/payment.ts';
import { rupiah } from '#domain/money/rupiah.ts';

/** The file as the layout of `JARING-BULK-1` has it written. */
function writeInstruction(instruction: Instruction): string {
  return [
    ...writeByLayout(
      jaringBulk1,
      { ...instruction, debitBankCode: '002', debitHolder: 'RPL' },
      (text) => text,
    ),
  ].join('');
}

const anyDate = fc
  .integer({ min: 18_262, max: 24_000 })
  .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));
const anyText = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .map(bankText)
  .filter((text) => text !== '');
function digits(minLength: number, maxLength: number) {
  return fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength });
}
const anyIds = fc
  .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 8 })
  .map((attempts) => attempts.map((attempt) => endToEndId('P-0123456789', 1, attempt)));

const anyInstruction: fc.Arbitrary<Instruction> = fc.record({
  runId: fc.constantFrom('R1', 'run-2020-08-03'),
  date: anyDate,
  debitAccount: digits(5, 20),
  lines: anyIds.chain((ids) =>
    fc.tuple(
      ...ids.map((id) =>
        fc.record({
          endToEndId: fc.constant(id),
          amount: fc.integer({ min: 0, max: 2_000_000_000 }).map(rupiah),
          bankCode: digits(3, 3),
          account: digits(5, 20),
          holder: anyText,
          service: fc.integer({ min: 0, max: 2_000_000_000 }).map((amount) => bankServiceFor(rupiah(amount))),
          remittance: anyText,
        }),
      ),
    ),
  ),
});
const anyAnswer: fc.Arbitrary<AnswerFile> = fc.record({
  runId: fc.constantFrom('R1', 'run-2020-08-03'),
  date: anyDate,
  lines: anyIds.chain((ids) =>
    fc.tuple(
      ...ids.map((id): fc.Arbitrary<AnswerLine> => {
        const common = { endToEndId: fc.constant(id), date: anyDate, bankReference: anyText };
        return fc.oneof(
          fc.record({ ...common, status: fc.constant('SETTLED' as const) }),
          fc.record({ ...common, status: fc.constant('REJECTED' as const), reasonCode: anyText }),
        );
      }),
    ),
  ),
});

describe('the bank file', () => {
  test('reads as it was written, instruction and answer', () => {
    fc.assert(
      fc.property(anyInstruction, (instruction) => {
        expect(readInstruction(writeInstruction(instruction))).toEqual({ file: instruction, problems: [] });
      }),
    );
    fc.assert(
      fc.property(anyAnswer, (answer) => {
        expect(readBankAnswer(writeBankAnswer(answer))).toEqual({ file: answer, problems: [] });
      }),
    );
  });

  test('is refused when it was cut off anywhere before its closing line', () => {
    fc.assert(
      fc.property(anyInstruction, fc.nat(), (instruction, where) => {
        const text = writeInstruction(instruction);
        const body = text.slice(0, text.lastIndexOf('\nT|') + 1);
        const cut = body.slice(0, where % body.length);
        expect(readInstruction(cut).problems.length).toBeGreaterThan(0);
      }),
    );
  });

  test('is refused when a line is missing or an amount was altered', () => {
    const text = writeInstruction(instruction());
    const [head, first, second, trailer] = text.split('\n');
    const codes = (lines: (string | undefined)[]) =>
      readInstruction(`${lines.join('\n')}\n`).problems.map(({ code }) => code);
    expect(codes([head, first, trailer])).toContain('bank-file-count');
    expect(codes([head, first, second?.replace('|200|', '|900|'), trailer])).toContain('bank-file-sum');
    expect(codes([head, first, first, trailer])).toContain('bank-file-doubled');
    expect(codes([head, first, second])).toContain('bank-file-trailer');
    expect(codes([first, second, trailer])).toContain('bank-file-header');
  });

  test('reports every line that cannot be read', () => {
    const text = [
      'H|JARING-ANSWER-1|R1|20200803',
      'D|P-0123456789-01-01|SETTLED||20200803|',
      'D|P-0123456789-01-02|RICH|X|20200803|',
      'D|P-0123456789-01-03|REJECTED|X|20201332|AC01',
      'X|?',
      'T|4',
    ].join('\r\n');
    const { problems } = readBankAnswer(text);
    expect(problems.map(({ where }) => where).sort()).toEqual(['line 2', 'line 3', 'line 4', 'line 5']);
  });

  test('refuses amounts that are not whole rupiah', () => {
    for (const amount of ['-5', '1e7', '1.5', '0100', '']) {
      const text = writeInstruction(instruction()).replace('|100|', `|${amount}|`);
      expect(readInstruction(text).problems.map(({ code }) => code)).toContain('bank-file-line');
    }
  });

  test('carries no divider inside a field', () => {
    expect(bankText('KEL | SUMBER\nREJEKI')).toBe('KEL SUMBER REJEKI');
  });
});

function instruction(): Instruction {
  const line = (attempt: number, amount: number) => ({
    endToEndId: endToEndId('P-0123456789', 1, attempt),
    amount: rupiah(amount),
    bankCode: '002',
    account: '00123456',
    holder: 'KELOMPOK',
    service: 'BIFAST' as const,
    remittance: 'TKM',
  });
  return { runId: 'R1', date: '2020-08-03', debitAccount: '000100', lines: [line(1, 100), line(2, 200)] };
}
