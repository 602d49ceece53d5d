/** Conditions of policy statements. AWS: "IAM JSON policy elements: Condition operators", IAM user guide. */
import { matchesWildcards } from './wildcard.ts';

/** What is known of a call, by condition key in lower case. */
export type ConditionContext = Readonly<Record<string, readonly string[]>>;

type Comparison = (wanted: string, actual: string) => boolean;

/** ARNs are compared part by part, so that a wildcard in one of the six parts does not reach into the next. */
const matchesArn: Comparison = (wanted, actual) => {
  if (wanted === '*') return true;
  const wantedParts = partsOf(wanted);
  const actualParts = partsOf(actual);
  return (
    wantedParts.length === actualParts.length &&
    wantedParts.every((part, index) => matchesWildcards(part, actualParts[index] ?? ''))
  );
};

function partsOf(arn: string): readonly string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

const comparisons: Readonly<Record<string, { readonly compare: Comparison; readonly negated?: boolean }>> = {
  StringEquals: { compare: (wanted, actual) => wanted === actual },
  StringNotEquals: { compare: (wanted, actual) => wanted === actual, negated: true },
  StringEqualsIgnoreCase: { compare: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase() },
  StringNotEqualsIgnoreCase: {
    compare: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
    negated: true,
  },
  StringLike: { compare: matchesWildcards },
  StringNotLike: { compare: matchesWildcards, negated: true },
  ArnEquals: { compare: matchesArn },
  ArnLike: { compare: matchesArn },
  ArnNotEquals: { compare: matchesArn, negated: true },
  ArnNotLike: { compare: matchesArn, negated: true },
  Bool: { compare: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase() },
  NumericEquals: { compare: (wanted, actual) => Number(wanted) === Number(actual) },
  NumericNotEquals: { compare: (wanted, actual) => Number(wanted) === Number(actual), negated: true },
  NumericLessThan: { compare: (wanted, actual) => Number(actual) < Number(wanted) },
  NumericLessThanEquals: { compare: (wanted, actual) => Number(actual) <= Number(wanted) },
  NumericGreaterThan: { compare: (wanted, actual) => Number(actual) > Number(wanted) },
  NumericGreaterThanEquals: { compare: (wanted, actual) => Number(actual) >= Number(wanted) },
};

/** The global condition keys that are known here; another one that a policy asks for cannot be judged. */
const globalKeys = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalisawsservice',
  'aws:resourceaccount',
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
]);

/**
 * Whether all conditions of a statement hold.
 * @returns the name of an operator or a global key that is not known here and on which the answer hangs, so that the
 * caller can deny and say so
 */
export function conditionsHold(
  conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
  context: ConditionContext,
): boolean | { readonly unknownCondition: string } {
  let unknown: string | undefined;
  for (const [operator, keys] of Object.entries(conditions)) {
    const [, quantifier, name = '', ifExists] =
      /^(?:(ForAnyValue|ForAllValues):)?(.*?)(IfExists)?$/.exec(operator) ?? [];
    const comparison = name === 'Null' ? undefined : comparisons[name];
    if (comparison === undefined && name !== 'Null') {
      unknown ??= `operator ${operator}`;
      continue;
    }
    for (const [key, wanted] of Object.entries(keys)) {
      if (key.toLowerCase().startsWith('aws:') && !globalKeys.has(key.toLowerCase())) {
        unknown ??= `key ${key}`;
        continue;
      }
      const actual = context[key.toLowerCase()];
      if (comparison === undefined) {
        if ((wanted[0]?.toLowerCase() === 'true') !== (actual === undefined)) return false;
        continue;
      }
      if (actual === undefined) {
        // A negated comparison holds for a key that is absent, as does ForAllValues and anything with IfExists.
        if (ifExists === undefined && quantifier !== 'ForAllValues' && comparison.negated !== true)
          return false;
        continue;
      }
      const fits = (value: string): boolean => {
        const any = wanted.some((each) => comparison.compare(each, value));
        return comparison.negated === true ? !any : any;
      };
      const holds = quantifier === 'ForAnyValue' ? actual.some(fits) : actual.every(fits);
      if (!holds) return false;
    }
  }
  return unknown === undefined || { unknownCondition: unknown };
}
