/** A function's settings, parsed by its schema once in a container. */
import { type Environment, environments, type FunctionName } from '#functions/environments.ts';
import { InvalidEnvironment } from '#functions/runtime/errors.ts';

const parsed = new Map<FunctionName, unknown>();

/** @throws `InvalidEnvironment` naming every setting that is missing or wrong */
export function environmentOf<Name extends FunctionName>(name: Name): Environment<Name> {
  if (!parsed.has(name)) {
    const result = environments[name].safeParse(process.env);
    if (!result.success) throw new InvalidEnvironment(name, result.error);
    parsed.set(name, result.data);
  }
  return parsed.get(name) as Environment<Name>;
}
