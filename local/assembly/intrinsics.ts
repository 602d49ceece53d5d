/** CloudFormation's intrinsic functions, evaluated. AWS: "Intrinsic function reference", CloudFormation user guide. */

/** What an intrinsic may look up. */
export interface Scope {
  /** The value of `Ref`. @throws {UnresolvedReference} */
  ref(name: string): unknown;
  /** The value of `Fn::GetAtt`. @throws {UnresolvedReference} */
  attribute(logicalId: string, attribute: string): unknown;
  /** The value another stack exports. @throws {UnresolvedReference} */
  imported(name: string): unknown;
  condition(name: string): boolean;
  /** A cell of the template's `Mappings`. @throws {UnresolvedReference} */
  mapping(map: string, first: string, second: string): unknown;
}

/** A template refers to something that is not there, or asks for a function that is not known here. */
export class UnresolvedReference extends Error {
  override readonly name = 'UnresolvedReference';
}

/** What a property set to `AWS::NoValue` becomes: nothing. */
export const noValue = Symbol('AWS::NoValue');

/**
 * The value with every intrinsic in it replaced by what it stands for.
 * @throws {UnresolvedReference} that names the function or the reference
 */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value))
    return value.map((item) => resolve(item, scope)).filter((item) => item !== noValue);
  if (typeof value === 'string' && value.includes('{{resolve:')) {
    throw new UnresolvedReference(`the dynamic reference ${value} is not known`);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) {
    const [name, argument] = only;
    if (name === 'Ref' || name === 'Condition' || name.startsWith('Fn::')) {
      const handler = functions[name];
      // A plain property may be called `Condition`, as in an IAM statement; the intrinsic takes a name.
      if (name === 'Condition' && typeof argument !== 'string') return record(entries, scope);
      if (handler === undefined) throw new UnresolvedReference(`the intrinsic function ${name} is not known`);
      return handler(argument, scope);
    }
  }
  return record(entries, scope);
}

function record(entries: readonly (readonly [string, unknown])[], scope: Scope): Record<string, unknown> {
  const resolved: Record<string, unknown> = {};
  for (const [key, item] of entries) {
    const result = resolve(item, scope);
    if (result !== noValue) resolved[key] = result;
  }
  return resolved;
}

const functions: Readonly<Record<string, (argument: unknown, scope: Scope) => unknown>> = {
  Ref: (name, scope) => scope.ref(String(name)),
  Condition: (name, scope) => scope.condition(String(name)),
  'Fn::GetAtt': (argument, scope) => {
    const parts = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
    const [logicalId = '', ...attribute] = parts;
    return scope.attribute(logicalId, attribute.join('.'));
  },
  'Fn::ImportValue': (argument, scope) => scope.imported(String(resolve(argument, scope))),
  'Fn::Join': (argument, scope) => {
    const [separator, items] = list(argument, scope, 'Fn::Join');
    return list(items, scope, 'Fn::Join').map(String).join(String(separator));
  },
  'Fn::Select': (argument, scope) => {
    const [index, items] = list(argument, scope, 'Fn::Select');
    const item: unknown = list(items, scope, 'Fn::Select')[Number(index)];
    if (item === undefined) throw new UnresolvedReference(`Fn::Select finds nothing at ${String(index)}`);
    return item;
  },
  'Fn::Split': (argument, scope) => {
    const [separator, text] = list(argument, scope, 'Fn::Split');
    return String(text).split(String(separator));
  },
  'Fn::Sub': (argument, scope) => {
    const [template, given] = Array.isArray(argument) ? argument : [argument, {}];
    const values = resolve(given ?? {}, scope);
    return String(template).replace(/\$\{([^}]*)\}/g, (_whole, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      if (typeof values === 'object' && values !== null && Object.hasOwn(values, name)) {
        return String(Reflect.get(values, name));
      }
      const dot = name.indexOf('.');
      return String(dot < 0 ? scope.ref(name) : scope.attribute(name.slice(0, dot), name.slice(dot + 1)));
    });
  },
  'Fn::If': (argument, scope) => {
    const [condition, then, otherwise] = Array.isArray(argument) ? argument : [];
    return resolve(scope.condition(String(condition)) ? then : otherwise, scope);
  },
  'Fn::Equals': (argument, scope) => {
    const [left, right] = list(argument, scope, 'Fn::Equals');
    return JSON.stringify(left) === JSON.stringify(right);
  },
  'Fn::And': (argument, scope) => list(argument, scope, 'Fn::And').every((item) => item === true),
  'Fn::Or': (argument, scope) => list(argument, scope, 'Fn::Or').some((item) => item === true),
  'Fn::Not': (argument, scope) => list(argument, scope, 'Fn::Not')[0] !== true,
  'Fn::FindInMap': (argument, scope) => {
    const [map, first, second] = list(argument, scope, 'Fn::FindInMap').map(String);
    return scope.mapping(map ?? '', first ?? '', second ?? '');
  },
  'Fn::Base64': (argument, scope) => Buffer.from(String(resolve(argument, scope))).toString('base64'),
};

function list(argument: unknown, scope: Scope, name: string): readonly unknown[] {
  const resolved = resolve(argument, scope);
  if (!Array.isArray(resolved)) throw new UnresolvedReference(`${name} is not given a list`);
  return resolved;
}
