import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type FunctionName, functionNames } from '#functions/environments.ts';
import { ofType, rights, type Statement, statements, synthesised } from './templates.ts';

const { pipeline, state } = synthesised('dev');
const roles = rights(pipeline);
const all = [...roles].flatMap(([role, own]) => own.map((statement) => ({ role, ...statement })));

/** What a function's role may do beside logs, traces, keys and its dead-letter queue, which come with what it uses. */
function actionsOf(name: FunctionName): readonly string[] {
  const own = (roles.get(`What ${name} may do`) ?? []).flatMap(({ actions }) => actions);
  return [...new Set(own)].filter((action) => !/^(logs|xray|kms|sqs):/.test(action)).sort();
}

/** The actions of a handler's `@grants` line: `dynamodb: GetItem, Query (index byStatus); ses: SendEmail`. */
function granted(source: string): readonly string[] | undefined {
  const comment = source
    .match(/@grants ([\s\S]*?)(?:\n \*\n|\n \*\/|\n \* @)/)?.[1]
    ?.replaceAll(/\n \*/g, '');
  if (comment === undefined) return undefined;
  return comment
    .replaceAll(/\([^)]*\)/g, '')
    .split(';')
    .flatMap((part) => {
      const [service = '', actions = ''] = part.split(':');
      return actions
        .split(',')
        .map((action) => `${service.trim()}:${action.trim().split(' ')[0]}`)
        .filter((action) => /^[a-z0-9-]+:[A-Za-z]+$/.test(action));
    })
    .sort();
}

describe('every function may do exactly what its file says', () => {
  it.each(functionNames)('%s', (name) => {
    const file = fileURLToPath(new URL(`../../functions/${name}.ts`, import.meta.url));
    expect(existsSync(file)).toBe(true);
    const expected = granted(readFileSync(file, 'utf8'));
    expect(expected).toBeDefined();
    expect(actionsOf(name)).toEqual([...new Set(expected)]);
  });
});

describe('policies', () => {
  it('name every action, without wildcards', () => {
    expect(all.flatMap(({ actions }) => actions).filter((action) => action.includes('*'))).toEqual([]);
  });

  it('allow everything (`*`) only where AWS has no resource for it: traces and the delivery of logs', () => {
    const wide = all.filter(({ resources }) => resources.includes('*')).flatMap(({ actions }) => actions);
    const services = new Set(wide.map((action) => action.split(':')[0]));
    expect([...services].sort()).toEqual(['logs', 'xray']);
    for (const action of wide.filter((each) => each.startsWith('logs:')))
      expect(action).toMatch(/LogDelivery|LogDeliveries|ResourcePolicy|ResourcePolicies|DescribeLogGroups/);
  });

  it('have no other patterns than folders of objects and the executions of children', () => {
    const patterns = all
      .flatMap(({ resources }) => resources)
      .filter((resource) => resource !== '*' && resource.includes('*'));
    for (const pattern of patterns) {
      expect(pattern).toMatch(
        /^<[^>]*(Uploads|Bank|Inbox)[^>]*>\/(\*|evidence\/\*|drafts\/\*|\*\/proposal\.json|\*\/attachments\/\*|prepared\/\*|outbox\/\*|inbox\/\*|replies\/\*)$|:execution:jaring-dev-(verification|approval|payment|training|muster-roll|objection):\*$/,
      );
    }
  });

  it('deny everybody else: no principal is the world, and every function is called by one caller', () => {
    for (const permission of ofType(pipeline, 'AWS::Lambda::Permission')) {
      expect(permission.Properties.SourceArn).toBeDefined();
      expect(permission.Properties.Principal).toMatch(/^(events|apigateway)\.amazonaws\.com$/);
    }
    for (const type of ['AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy']) {
      for (const policy of ofType(pipeline, type)) {
        for (const { effect, principal } of statements(policy.Properties.PolicyDocument)) {
          if (effect === 'Allow') expect(JSON.stringify(principal)).not.toContain('"*"');
        }
      }
    }
    for (const key of ofType(state, 'AWS::KMS::Key')) {
      for (const { principal } of statements(key.Properties.KeyPolicy))
        expect(JSON.stringify(principal)).not.toContain('"*"');
    }
  });
});

describe('the page that shows an ask', () => {
  it('cannot change a record, resume an execution or send a mail', () => {
    const actions = actionsOf('asks/show-ask');
    expect(actions.filter((action) => /^(states|ses|sqs|lambda):/.test(action))).toEqual([]);
    expect(actions.filter((action) => /^dynamodb:(?!GetItem$|Query$|BatchGetItem$)/.test(action))).toEqual(
      [],
    );
  });
});

/** Who may read the secret whose id in the template has this in it. */
const readersOf = (secret: string) =>
  [...roles].flatMap(([role, own]) =>
    own.some(
      ({ actions, resources }: Statement) =>
        actions.includes('secretsmanager:GetSecretValue') && resources.some((each) => each.includes(secret)),
    )
      ? [role]
      : [],
  );

describe('NIK', () => {
  it('can be decrypted by those that check what a group hands in only', () => {
    expect(readersOf('PersonalData')).toEqual([
      'What verification/run-checks may do',
      'What public-works/check-muster-roll may do',
    ]);
  });
});

describe('what one-time codes are made from', () => {
  it('can be read by what makes, shows, proves and checks it only', () => {
    const readers = [
      'asks/run-turn',
      'asks/submit-answer',
      'asks/submit-answers',
      'console/import-settings',
      'identity/enrol',
      'identity/restore-codes',
      'payment/decide-run',
    ];
    expect(readersOf('CodeSecrets').sort()).toEqual(readers.map((name) => `What ${name} may do`));
  });
});

describe('the bank connector', () => {
  it('reads instructions and writes answers, and cannot do the reverse', () => {
    const own = roles.get('Carries files between the bank and its bucket') ?? [];
    const on = (folder: string) =>
      own
        .filter(({ resources }) => resources.some((each) => each.includes(folder)))
        .flatMap(({ actions }) => actions);
    expect(on('/outbox/')).toEqual(['s3:GetObject']);
    expect(on('/inbox/')).toEqual(['s3:PutObject']);
    expect(on('/prepared/')).toEqual([]);
  });
});
