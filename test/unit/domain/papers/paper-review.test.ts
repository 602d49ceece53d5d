import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerProblems, readAnswer } from '#domain/asks/answers.ts';
import type { DocumentType } from '#domain/asks/documents.ts';
import type { FormFields } from '#domain/asks/forms.ts';
import { kinds } from '#domain/asks/kinds.ts';
import { roundOf } from '#domain/asks/paper-rules.ts';
import { holderMatch, namesGroup } from '#domain/money/account-names.ts';
import { afterReview, type PaperDecision, reviewFields } from '#domain/papers/paper-review.ts';
import { aboutOf } from '#test/asks.ts';

const papers = [
  { type: 'sptjm' as const, accepted: false },
  { type: 'kuitansi' as const, accepted: true },
];
const issued = { outcome: 'issued', number: '1', date: '2020-08-03' };
function read(fields: FormFields) {
  const { answer, problems } = readAnswer('spp', fields, papers);
  return answer?.papers ?? problems.map(({ code, where }) => `${code} ${where}`);
}

describe('the test of the papers', () => {
  test('wants a word on each paper, except those that were accepted before', () => {
    expect(reviewFields(papers).map(({ name, required }) => [name, required])).toEqual([
      ['paper-sptjm', true],
      ['reason-sptjm', false],
      ['paper-kuitansi', false],
      ['reason-kuitansi', false],
    ]);
    expect(read(issued)).toEqual(['field-missing paper-sptjm']);
    expect(read({ ...issued, 'paper-sptjm': 'accepted' })).toEqual([
      { type: 'sptjm', decision: 'accepted' },
      { type: 'kuitansi', decision: 'accepted' },
    ]);
    expect(read({ ...issued, 'paper-sptjm': 'lost', 'paper-kuitansi': 'returned' })).toEqual([
      'field-not-a-choice paper-sptjm',
      'reason-missing reason-kuitansi',
    ]);
  });

  test('issues no SPP with a paper returned, and returns none without a reason', () => {
    const returned = { 'paper-sptjm': 'returned', 'reason-sptjm': 'Meterai belum ada.' };
    expect(read({ ...issued, ...returned })).toEqual(['papers-returned outcome']);
    expect(read({ outcome: 'returned', 'paper-sptjm': 'accepted' })).toEqual(['papers-not-returned outcome']);
    expect(read({ outcome: 'returned', ...returned })).toEqual([
      { type: 'sptjm', decision: 'returned', reason: 'Meterai belum ada.' },
      { type: 'kuitansi', decision: 'accepted' },
    ]);
  });

  test('keeps what was accepted, in whatever order papers come back, and knows who accepted it first', () => {
    const decision = fc.record({
      type: fc.constantFrom<DocumentType>('sptjm', 'kuitansi', 'ruk'),
      accepted: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(fc.uniqueArray(decision, { selector: ({ type }) => type }), { maxLength: 5 }),
        (rounds) => {
          let known = afterReview([], [], { round: 1, by: 'p', at: '2020-08-03T00:00:00Z' });
          const model = new Map<DocumentType, { accepted: boolean; round: number }>();
          for (const [index, decisions] of rounds.entries()) {
            known = afterReview(
              known,
              decisions.map(
                ({ type, accepted }): PaperDecision =>
                  accepted ? { type, decision: 'accepted' } : { type, decision: 'returned', reason: 'x' },
              ),
              { round: index + 1, by: 'p', at: '2020-08-03T00:00:00Z' },
            );
            for (const { type, accepted } of decisions)
              if (!(accepted && model.get(type)?.accepted)) model.set(type, { accepted, round: index + 1 });
          }
          expect(
            new Map(
              known.map((each) => [each.type, { accepted: each.decision === 'accepted', round: each.round }]),
            ),
          ).toEqual(model);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('is of a round, unless it is of an attempt', () => {
    for (const round of [1, 2, 9]) expect(roundOf({ about: { tranche: 2, round } })).toBe(round);
    const [attempt, round, first] = ['1-a2', '1-2', '1'].map((text) => aboutOf('tranche-documents', text));
    expect([
      attempt && roundOf({ about: attempt }),
      attempt?.attempt,
      round?.attempt,
      first?.attempt,
    ]).toEqual([undefined, 2, undefined, undefined]);
  });
});

describe('the number and year of a paper', () => {
  const problems = (date: string, number: string) =>
    answerProblems('spm', kinds.spm.answer.parse({ ...issued, number, date }), {
      today: '2021-02-01',
      documents: [],
      evidence: [],
      fiscalYear: 2020,
      numberRule: { pattern: '\\d{5}T', example: '00012T' },
    }).map(({ code, where }) => `${code} ${where}`);
  test('are of the budget that pays, and of the form that the rule-pack gives', () => {
    expect(problems('2020-12-31', '00012T')).toEqual([]);
    expect(problems('2021-01-04', '12T')).toEqual([
      'paper-number-malformed number',
      'paper-outside-fiscal-year date',
    ]);
  });
});

describe('an account in the name of the group', () => {
  test.each([
    ['KELOMPOK SUMBER REJEKI', 'Kelompok Sumber Rejeki', 'same'],
    ['KEL. SUMBERREJEKI', 'Kelompok Sumber Rejeki', 'same'],
    ['KUBE CAFE INDAH', 'Kelompok Usaha Bersama Café Indah', 'same'],
    ['SUMBER REJEKI', 'Kelompok Sumber Rejeki', 'near'],
    ['KUB SUMBER REJEKI', 'Kelompok Sumber Rejeki', 'near'],
    ['KEL REJEKI SUMBER', 'Kelompok Sumber Rejeki', 'near'],
    ['KEL SUMBER REZEKI', 'Kelompok Sumber Rejeki', 'near'],
    ['KEL SUMBER REJKEI', 'Kelompok Sumber Rejeki', 'near'],
    ['KEL SUMBER REJEKI QQ BUDI', 'Kelompok Sumber Rejeki', 'near'],
    ['KEL MAJO', 'Kelompok Maju', 'near'],
    ['KEL MAJU 13', 'Kelompok Maju 12', 'other'],
    ['BUDI SANTOSO', 'Kelompok Sumber Rejeki', 'other'],
    ['***', '***', 'other'],
  ])('is %s for %s: %s', (holder, group, match) => {
    expect(holderMatch(holder, group)).toBe(match);
  });

  test.each([
    ['KELOMPOK SUMBER REJEKI', 'Kelompok Sumber Rejeki'],
    ['KEL SUMBER REJEKI', 'Kelompok Usaha Sumber Rejeki'],
    ['SUMBERREJEKI', 'Kelompok Sumber Rejeki'],
    ['KLP. SUMBER REZEKI', 'Kelompok Sumber Rejeki'],
    ['SUMBER REJ', 'Kelompok Sumber Rejeki'],
    ['KELOMPOK WANITA TANI MEKAR SA', 'Kelompok Wanita Tani Mekar Sari Bersaudara'],
    ['KELOMPOK MAJU JAYA 12', 'Maju Jaya 12'],
    ['KUB CAFE INDAH', 'Kelompok Usaha Café Indah'],
  ])('is %s for %s', (holder, group) => {
    expect(namesGroup(holder, group)).toBe(true);
  });

  test.each([
    ['BUDI SANTOSO', 'Kelompok Sumber Rejeki'],
    ['KELOMPOK USAHA BERSAMA', 'Kelompok Usaha Sumber Rejeki'],
    ['KELOMPOK MAJU JAYA 13', 'Kelompok Maju Jaya 12'],
    ['SUMBER AIR', 'Kelompok Sumber Rejeki'],
    ['***', 'Kelompok Sumber Rejeki'],
    ['KEL', 'Kelompok Sumber Rejeki'],
  ])('is not %s for %s', (holder, group) => {
    expect(namesGroup(holder, group)).toBe(false);
  });
});
