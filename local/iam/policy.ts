/** IAM policy statements and how one is matched. AWS: "Policy evaluation logic" and "IAM JSON policy elements", IAM user guide. */
import { listOf } from '../declared-resource.ts';
import { type ConditionContext, conditionsHold } from './condition.ts';
import { matchesWildcards } from './wildcard.ts';

/** A statement of a policy document. */
export interface Statement {
  /** Where it stands, e.g. `JaringPipeline-dev/RolePolicy#3`: for messages and for the report of what was used. */
  readonly id: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  /** Absent in identity policies. */
  readonly principals?: readonly PrincipalPattern[];
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** Whom a statement of a resource policy is about. */
interface PrincipalPattern {
  readonly kind: 'AWS' | 'Service' | '*';
  readonly value: string;
}

/** What is asked of the policies. */
export interface Question {
  /** ARN of the asking role, or the name of the asking service. */
  readonly principal: { readonly arn: string } | { readonly service: string };
  readonly action: string;
  readonly resource: string;
  readonly context: ConditionContext;
}

/**
 * Reads a policy document.
 * @param id where it stands
 * @throws {RangeError} when an element is not one that this evaluation knows
 */
export function readPolicy(id: string, document: unknown): readonly Statement[] {
  const statements = member(document, 'Statement');
  return listOf(statements).map((statement, index) => readStatement(`${id}#${index}`, statement));
}

const elements = new Set([
  'Sid',
  'Effect',
  'Principal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

function readStatement(id: string, statement: unknown): Statement {
  if (typeof statement !== 'object' || statement === null) throw new RangeError(`${id} is no statement`);
  for (const name of Object.keys(statement)) {
    if (!elements.has(name)) throw new RangeError(`${id}: the policy element ${name} is not known`);
  }
  const effect = member(statement, 'Effect');
  if (effect !== 'Allow' && effect !== 'Deny')
    throw new RangeError(`${id}: the effect ${String(effect)} is not known`);
  for (const [one, other] of [
    ['Action', 'NotAction'],
    ['Resource', 'NotResource'],
  ] as const) {
    const given = [one, other].filter((name) => listOf(member(statement, name)).length > 0);
    if (given.length !== 1) throw new RangeError(`${id} must have either ${one} or ${other}`);
  }
  const variable = /\$\{[^*?$}][^}]*\}/.exec(JSON.stringify(statement))?.[0];
  if (variable !== undefined) throw new RangeError(`${id}: the policy variable ${variable} is not known`);
  const principal = member(statement, 'Principal');
  return {
    id,
    effect,
    actions: listOf(member(statement, 'Action')).map(String),
    notActions: listOf(member(statement, 'NotAction')).map(String),
    resources: listOf(member(statement, 'Resource')).map(String),
    notResources: listOf(member(statement, 'NotResource')).map(String),
    conditions: readConditions(member(statement, 'Condition')),
    ...(principal === undefined ? {} : { principals: readPrincipals(id, principal) }),
  };
}

function readPrincipals(id: string, principal: unknown): readonly PrincipalPattern[] {
  if (principal === '*') return [{ kind: '*', value: '*' }];
  if (typeof principal !== 'object' || principal === null) return [];
  return Object.entries(principal).flatMap(([kind, values]) => {
    if (kind !== 'AWS' && kind !== 'Service') {
      throw new RangeError(`${id}: principals of the kind ${kind} are not known`);
    }
    return listOf(values).map((value): PrincipalPattern => ({ kind, value: String(value) }));
  });
}

function readConditions(conditions: unknown): Statement['conditions'] {
  if (typeof conditions !== 'object' || conditions === null) return {};
  return Object.fromEntries(
    Object.entries(conditions).map(([operator, keys]) => [
      operator,
      Object.fromEntries(
        Object.entries(typeof keys === 'object' && keys !== null ? keys : {}).map(([key, values]) => [
          key,
          listOf(values).map(String),
        ]),
      ),
    ]),
  );
}

/** How a statement bears on a question. */
export type Match = 'applies' | 'does not apply' | { readonly unknownCondition: string };

/** Whether the statement is about this question. */
export function match(statement: Statement, question: Question): Match {
  if (
    statement.principals !== undefined &&
    !statement.principals.some((each) => isPrincipal(each, statement.effect, question))
  ) {
    return 'does not apply';
  }
  const { action, resource } = question;
  const actions =
    statement.actions.length > 0
      ? statement.actions.some((pattern) => matchesAction(pattern, action))
      : !statement.notActions.some((pattern) => matchesAction(pattern, action));
  if (!actions) return 'does not apply';
  const about = (pattern: string): boolean => matchesWildcards(pattern, resource);
  const resources =
    statement.resources.length > 0 ? statement.resources.some(about) : !statement.notResources.some(about);
  if (!resources) return 'does not apply';
  const holds = conditionsHold(statement.conditions, question.context);
  if (holds === true) return 'applies';
  return holds === false ? 'does not apply' : holds;
}

/** Whether an action matches a policy's pattern: their case makes no difference. */
export function matchesAction(pattern: string, action: string): boolean {
  return matchesWildcards(pattern.toLowerCase(), action.toLowerCase());
}

function isPrincipal(
  { kind, value }: PrincipalPattern,
  effect: Statement['effect'],
  { principal }: Question,
): boolean {
  if (kind === '*' || value === '*') return true;
  if ('service' in principal) return kind === 'Service' && value === principal.service;
  if (kind !== 'AWS') return false;
  if (value === principal.arn) return true;
  // To allow an account is to leave it to the account's own policies whom it allows; to deny it denies all its roles.
  const account = principal.arn.split(':')[4] ?? '';
  return effect === 'Deny' && (value === account || value === `arn:aws:iam::${account}:root`);
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
