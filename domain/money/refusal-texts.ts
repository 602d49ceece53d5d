/** What a group is told of the bank's refusal of its account: what the reason code means, and what to do. */
import { type Problem, problem } from '../text/problem.ts';
import type { ProblemCode } from '../text/problem-texts.ts';
import { reasonAbout } from './bank-codes.ts';

/** By what the codes of ISO 20022 (ExternalStatusReason1Code, ExternalReturnReason1Code) say of the payee's account. */
const codesOfProblems: readonly [ProblemCode, readonly string[]][] = [
  ['refused-number', ['AC01', 'AC03', 'AC09', 'AC11', 'AC12', 'RC04', 'BE21']],
  ['refused-closed', ['AC04', 'AC07']],
  ['refused-blocked', ['AC06', 'AC14', 'AC15', 'AC17', 'AG01', 'AG03', 'MD07']],
  ['refused-name', ['BE01', 'BE04', 'BE06', 'BE07', 'BE08', 'BE22', 'RR03', 'UCRD']],
];

/**
 * @param reason.reasonCode as the payment keeps it: the list's, the bank's own, or `NARR`
 * @param reason.reasonText what the bank adds, which is quoted as it is and never guessed at
 */
export function refusalProblems({
  reasonCode: code,
  reasonText: text,
}: {
  reasonCode: string;
  reasonText?: string | undefined;
}): Problem[] {
  const listed = codesOfProblems.find(([, codes]) => codes.includes(code))?.[0];
  const unlisted = reasonAbout(code) === 'payee' ? 'refused-account' : 'refused-unclear';
  return [
    problem(listed ?? unlisted, '', { code }),
    ...(text === undefined ? [] : [problem('refused-text', '', { text })]),
  ];
}
