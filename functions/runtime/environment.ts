/** A Lambda's settings, parsed by what it uses, once in a container. */
import * as z from 'zod';
import {
  type Environment,
  type LambdaName,
  lambdaOf,
  type StepName,
  variablesOf,
} from '#functions/lambdas.ts';
import { InvalidEnvironment } from '#functions/runtime/errors.ts';

const parsed = new Map<LambdaName, unknown>();

/** @throws `InvalidEnvironment` naming every setting that is missing or wrong */
export function environmentOf<Step extends StepName>(step: Step): Environment<Step> {
  const lambda = lambdaOf(step);
  if (!parsed.has(lambda)) {
    const result = z.object(variablesOf(lambda)).safeParse(process.env);
    if (!result.success) throw new InvalidEnvironment(lambda, result.error);
    parsed.set(lambda, result.data);
  }
  return parsed.get(lambda) as Environment<Step>;
}
