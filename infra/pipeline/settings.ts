/** The values of all variables of all Lambdas, once; each Lambda is given those that come with what it uses. */
import { Token } from 'aws-cdk-lib';
import type * as z from 'zod';
import { type Environment, type LambdaName, type StepName, variablesOf } from '#functions/lambdas.ts';

type SettingName = { [Step in StepName]: keyof Environment<Step> }[StepName];

/** A value for every variable of `functions/capabilities.ts`: a new one does not compile until it has one. */
export type Settings = Readonly<Record<SettingName, string>>;

/** A setting has the wrong form. */
class WrongEnvironment extends Error {
  override readonly name = 'WrongEnvironment';
  constructor(lambda: LambdaName, problems: readonly string[]) {
    super(`The environment of ${lambda} does not fit what it uses: ${problems.join('; ')}.`);
  }
}

/**
 * The environment of a Lambda. What CloudFormation only knows at deployment is checked for being there; its form is checked
 * by the same schema when the Lambda starts.
 * @throws {WrongEnvironment}
 */
export function environmentOf(lambda: LambdaName, settings: Settings): Record<string, string> {
  const values = new Map<string, string>(Object.entries(settings));
  const problems: string[] = [];
  const own = Object.entries(variablesOf(lambda) as Record<string, z.ZodType>).map(([variable, schema]) => {
    const value = values.get(variable) ?? '';
    if (!Token.isUnresolved(value) && !schema.safeParse(value).success)
      problems.push(`${variable} has the wrong form`);
    return [variable, value];
  });
  if (problems.length > 0) throw new WrongEnvironment(lambda, problems);
  return Object.fromEntries(own);
}
