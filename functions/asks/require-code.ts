/**
 * The one-time code of an answer that needs one: read together with the rest of the form, and checked and used up only
 * when all the rest is right.
 */

import { needsCode } from '#domain/asks/ask.ts';
import { kindOf } from '#domain/asks/ask-kinds.ts';
import type { FormFields } from '#domain/asks/forms.ts';
import { type Problem, problem } from '#domain/text/problem.ts';
import type { OpenedAsk } from '#functions/asks/ask-context.ts';
import { type CodeDeps, checkCode, codeTriesLeft } from '#functions/identity/codes.ts';
import { type InviteDeps, inviteToEnrol } from '#functions/identity/enrolment.ts';
import { readCode } from '#functions/identity/totp.ts';

/**
 * - `not-needed`: the answer moves no money;
 * - `taken`: the code was right and is used up;
 * - `locked`: the ask is locked for the person now;
 * - the problems with the code otherwise; none when it looks right and was not to be taken.
 */
export type RequiredCode = 'not-needed' | 'taken' | 'locked' | Problem[];

/**
 * @param values the form's fields
 * @param take whether to check the code and use it up, because all else is right
 */
export async function requireCode(
  deps: CodeDeps & InviteDeps,
  { ask, person, codes }: Pick<OpenedAsk, 'ask' | 'person' | 'codes'>,
  { values, take, now }: { values: FormFields; take: boolean; now: string },
): Promise<RequiredCode> {
  const outcome = kindOf(ask.kind).form.outcome ?? values.outcome;
  if (typeof outcome !== 'string' || !needsCode(ask.kind, outcome)) return 'not-needed';
  if (person === undefined) return [problem('ask-not-answerable', 'code')];
  const given = { personId: person.id, askId: ask.id };
  const invite = async () => {
    // Once for each turn of the ask, however often the form is sent.
    const occasion = `${ask.id}#${ask.turn}#${ask.turnSince ?? ask.openedAt}`;
    await inviteToEnrol(deps, person, { occasion, now, again: true });
    return [problem('code-not-enrolled', 'code')];
  };
  if (codes?.status !== 'enrolled') return invite();
  const { code } = values;
  if (code === undefined || code === '') return [problem('field-missing', 'code')];
  const digits = readCode(code);
  if (digits === undefined)
    return [problem(Array.isArray(code) ? 'field-doubled' : 'code-malformed', 'code')];
  if (!take) return [];
  switch (await checkCode(deps, { ...given, code: digits, now })) {
    case 'accepted':
      return 'taken';
    case 'locked':
      return 'locked';
    case 'used':
      return [problem('code-used', 'code')];
    case 'not-enrolled':
      return invite();
    case 'wrong':
      return [problem('code-wrong', 'code', { left: await codeTriesLeft(deps.store, given) })];
  }
}
