/** Conditions of policy statements. AWS: "IAM JSON policy elements: Condition operators", IAM user guide. */
import { matchesWildcards } from './wildcard.ts';

/** What is known of a call, by condition key in lower case. */
export type ConditionContext = Readonly<Record<string, readonly string[]>>;

type Comparison = (wanted: string, actual: string) => boolean;

const comparisons: Readonly<Record<string, { readonly compare: Comparison; readonly negated?: boolean }>> = {
  StringEquals: { compare: (wanted, actual) => wanted === actual },
  StringNotEquals: { compare: (wanted, actual) => wanted === actual, negated: true },
  StringEqualsIgnoreCase: { compare: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase() },
  StringLike: { compare: matchesWildcards },
  StringNotLike: { compare: matchesWildcards, negated: true },
  ArnEquals: { compare: matchesWildcards },
  ArnLike: { compare: matchesWildcards },
  ArnNotEquals: { compare: matchesWildcards, negated: true },
  ArnNotLike: { compare: matchesWildcards, negated: true },
  Bool: { compare: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase() },
  NumericEquals: { compare: (wanted, actual) => Number(wanted) === Number(actual) },
  NumericLessThan: { compare: (wanted, actual) => Number(actual) < Number(wanted) },
  NumericLessThanEquals: { compare: (wanted, actual) => Number(actual) <= Number(wanted) },
  NumericGreaterThan: { compare: (wanted, actual) => Number(actual) > Number(wanted) },
  NumericGreaterThanEquals: { compare: (wanted, actual) => Number(actual) >= Number(wanted) },
};

/**
 * Whether all conditions of a statement hold.
 * @returns the name of an operator that is not known here, so that the caller can deny and say so
 */
export function conditionsHold(
  conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
  context: ConditionContext,
): boolean | { readonly unknownCondition: string } {
  for (const [operator, keys] of Object.entries(conditions)) {
    const [, quantifier, name = '', ifExists] =
      /^(?:(ForAnyValue|ForAllValues):)?(.*?)(IfExists)?$/.exec(operator) ?? [];
    const comparison = name === 'Null' ? undefined : comparisons[name];
    if (comparison === undefined && name !== 'Null') return { unknownCondition: operator };
    for (const [key, wanted] of Object.entries(keys)) {
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
  return true;
}
