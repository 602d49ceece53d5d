/** The values of all settings of all functions, once; each function is given those that its schema names. */
import { type Environment, environments, type FunctionName } from '#functions/environments.ts';

type SettingName = { [Name in FunctionName]: keyof Environment<Name> }[FunctionName];

/** A value for every variable of `functions/environments.ts`: a new variable does not compile until it has one. */
export type Settings = Readonly<Record<SettingName, string>>;

/** The settings of one function. */
export function environmentOf<Name extends FunctionName>(name: Name, settings: Settings): Environment<Name> {
  const values = new Map(Object.entries(settings));
  const own = Object.keys(environments[name].shape).map((variable) => [variable, values.get(variable)]);
  return Object.fromEntries(own) as Environment<Name>;
}
