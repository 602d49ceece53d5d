/** Who may do what: the policies of an assembly's roles and resources, asked before every call. */
import {
  type DeclaredResource,
  listOf,
  nameOf,
  objectOf,
  refuseUnknown,
  textOf,
  UnsupportedFeature,
} from '../declared-resource.ts';
import { AwsError } from '../gateway/aws-error.ts';
import type { AuthorizationQuery, Principal } from '../gateway/service.ts';
import { match, matchesAction, type Question, readPolicy, type Statement } from './policy.ts';
import { matchesWildcards } from './wildcard.ts';

/** What the policies say of a question. */
export interface Decision {
  readonly allowed: boolean;
  /** Why not: the end of AWS's sentence, e.g. `because no identity-based policy allows the sqs:SendMessage action`. */
  readonly reason?: string;
}

/** A statement that allows something, with what of it was needed and how often. */
export interface StatementUse {
  /** Where it stands: the logical id of its policy and its index, e.g. `RolePolicy1A2B#3`. */
  readonly id: string;
  /** Absent for statements of a resource's policy. */
  readonly roleArn?: string;
  readonly uses: number;
  /** Its actions and resources as they are written. */
  readonly actions: Readonly<Record<string, number>>;
  readonly resources: Readonly<Record<string, number>>;
}

/** Something that was asked for and not allowed. */
export interface Refusal {
  /** ARN of the role, or the service's name. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly times: number;
}

/** No statement has this id. */
export class NoSuchStatement extends Error {
  override readonly name = 'NoSuchStatement';
  constructor(id: string) {
    super(`The assembly has no statement ${id}.`);
  }
}

/** How often each part of a statement was needed. */
interface Use {
  uses: number;
  readonly actions: Map<string, number>;
  readonly resources: Map<string, number>;
}

function unused({ actions, resources }: Statement): Use {
  return {
    uses: 0,
    actions: new Map(actions.map((each) => [each, 0])),
    resources: new Map(resources.map((each) => [each, 0])),
  };
}

/** AWS-managed policies that only let a function write its logs and traces, which need no call here. */
const harmlessManagedPolicies = new Set([
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
  'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess',
]);

/** Refusals that are kept apart; what is refused beyond them is reported to the caller only. */
const mostRefusals = 1000;

export class Iam {
  readonly #identity = new Map<string, Statement[]>();
  readonly #resource = new Map<string, Statement[]>();
  /** Of the policies of keys what is said to services; what they say to the account is left to its roles' policies. */
  readonly #keys = new Map<string, Statement[]>();
  readonly #uses = new Map<Statement, Use>();
  readonly #refusals = new Map<string, Refusal>();
  #withheld: ReadonlySet<string> = new Set();

  /**
   * Takes the policies of an assembly.
   * @throws {UnsupportedFeature} for an element or a managed policy that is not known
   */
  define(resources: readonly DeclaredResource[]): void {
    const roles = new Map<string, string>();
    const queues = new Map<string, string>();
    const managed = new Map<string, unknown>();
    for (const resource of resources) {
      if (resource.type === 'AWS::IAM::Role' && resource.arn !== undefined) {
        roles.set(resource.physicalId, resource.arn);
        this.#identity.set(resource.arn, []);
      }
      if (resource.type === 'AWS::SQS::Queue' && resource.arn !== undefined) {
        queues.set(resource.physicalId, resource.arn);
      }
      if (resource.type === 'AWS::IAM::ManagedPolicy') {
        managed.set(resource.physicalId, resource.properties.PolicyDocument);
      }
    }
    for (const resource of resources) this.#take(resource, roles, managed, queues);
  }

  #take(
    resource: DeclaredResource,
    roles: ReadonlyMap<string, string>,
    managed: ReadonlyMap<string, unknown>,
    queues: ReadonlyMap<string, string>,
  ): void {
    const { properties, logicalId } = resource;
    const where = nameOf(resource);
    switch (resource.type) {
      case 'AWS::IAM::Role': {
        refuseUnknown(where, properties, [
          'AssumeRolePolicyDocument',
          'Description',
          'ManagedPolicyArns',
          'MaxSessionDuration',
          'Path',
          'Policies',
          'RoleName',
          'Tags',
        ]);
        for (const inline of listOf(properties.Policies)) {
          const { PolicyName, PolicyDocument } = objectOf(inline);
          this.#grant(resource, resource.arn, `${logicalId}/${String(PolicyName)}`, PolicyDocument);
        }
        for (const arn of listOf(properties.ManagedPolicyArns).map(String)) {
          if (harmlessManagedPolicies.has(arn)) continue;
          if (!managed.has(arn)) throw new UnsupportedFeature(where, `the managed policy ${arn}`);
          this.#grant(resource, resource.arn, arn, managed.get(arn));
        }
        break;
      }
      case 'AWS::IAM::Policy':
      case 'AWS::IAM::ManagedPolicy':
        refuseUnknown(where, properties, [
          'Description',
          'ManagedPolicyName',
          'Path',
          'PolicyDocument',
          'PolicyName',
          'Roles',
        ]);
        for (const role of listOf(properties.Roles).map(String)) {
          this.#grant(resource, roles.get(role), logicalId, properties.PolicyDocument);
        }
        break;
      case 'AWS::S3::BucketPolicy':
        this.#guard(resource, `arn:aws:s3:::${String(properties.Bucket)}`, properties.PolicyDocument);
        break;
      case 'AWS::KMS::Key': {
        const statements = listOf(objectOf(properties.KeyPolicy).Statement);
        const toServices = statements.filter(
          (statement) => objectOf(objectOf(statement).Principal).Service !== undefined,
        );
        this.#add(this.#keys, resource, resource.arn ?? '', logicalId, { Statement: toServices });
        break;
      }
      case 'AWS::SQS::QueuePolicy':
        for (const url of listOf(properties.Queues).map(String)) {
          const arn = queues.get(url);
          if (arn === undefined) throw new UnsupportedFeature(where, `the queue ${url}`);
          this.#guard(resource, arn, properties.PolicyDocument);
        }
        break;
      case 'AWS::Lambda::Permission':
        this.#permission(resource);
        break;
    }
  }

  #permission(resource: DeclaredResource): void {
    const { properties } = resource;
    refuseUnknown(nameOf(resource), properties, [
      'Action',
      'FunctionName',
      'Principal',
      'SourceAccount',
      'SourceArn',
    ]);
    const given = textOf(properties.FunctionName) ?? '';
    const name = given.startsWith('arn:') ? given.split(':')[6] : given;
    const service = textOf(properties.Principal) ?? '';
    const conditions: Record<string, Record<string, unknown>> = {};
    if (properties.SourceArn !== undefined) conditions.ArnLike = { 'aws:SourceArn': properties.SourceArn };
    if (properties.SourceAccount !== undefined) {
      conditions.StringEquals = { 'aws:SourceAccount': properties.SourceAccount };
    }
    this.#guard(resource, `function:${String(name)}`, {
      Statement: {
        Effect: 'Allow',
        Principal: service.includes('.amazonaws.com') ? { Service: service } : { AWS: service },
        Action: properties.Action,
        Resource: '*',
        Condition: conditions,
      },
    });
  }

  #grant(resource: DeclaredResource, roleArn: string | undefined, id: string, document: unknown): void {
    if (roleArn === undefined) return;
    this.#add(this.#identity, resource, roleArn, id, document);
  }

  #guard(resource: DeclaredResource, target: string, document: unknown): void {
    this.#add(this.#resource, resource, target, resource.logicalId, document);
  }

  #add(
    policies: Map<string, Statement[]>,
    resource: DeclaredResource,
    key: string,
    id: string,
    document: unknown,
  ): void {
    const statements = policies.get(key) ?? [];
    policies.set(key, statements);
    try {
      statements.push(...readPolicy(id, document));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new UnsupportedFeature(nameOf(resource), error.message);
    }
  }

  /** Whether there is such a role. */
  knows(roleArn: string): boolean {
    return this.#identity.has(roleArn);
  }

  /** The ARNs of all roles. */
  get roles(): readonly string[] {
    return [...this.#identity.keys()];
  }

  /** Judges a call by a role of the assembly. */
  decide(roleArn: string, query: AuthorizationQuery): Decision {
    const statements = [...(this.#identity.get(roleArn) ?? []), ...this.#ofResource(query.resource)];
    return this.#judge(statements, {
      principal: { arn: roleArn },
      action: query.action,
      resource: query.resource,
      context: contextOf(query, {
        'aws:PrincipalArn': roleArn,
        'aws:PrincipalAccount': roleArn.split(':')[4] ?? '',
        'aws:PrincipalIsAWSService': 'false',
      }),
    });
  }

  /** Judges a call that an AWS service makes in its own name: the resource's policy alone counts. */
  decideService(service: string, sourceArn: string, query: AuthorizationQuery): Decision {
    const statements = [...this.#ofResource(query.resource), ...(this.#keys.get(query.resource) ?? [])];
    return this.#judge(statements, {
      principal: { service },
      action: query.action,
      resource: query.resource,
      context: contextOf(query, {
        'aws:PrincipalIsAWSService': 'true',
        'aws:SourceArn': sourceArn,
        'aws:SourceAccount': query.resource.split(':')[4] || (sourceArn.split(':')[4] ?? ''),
      }),
    });
  }

  /**
   * @param code the error's code as the service words it, `AccessDenied` for S3 and SQS
   * @param status the error's HTTP status: 400 for the services that speak AWS JSON, 403 for the others
   * @throws {AwsError} unless the principal may
   */
  authorize(
    principal: Principal,
    query: AuthorizationQuery,
    code = 'AccessDeniedException',
    status = code === 'AccessDenied' ? 403 : 400,
  ): void {
    if (principal.owner) return;
    const { allowed, reason } = this.decide(principal.arn, query);
    if (allowed) return;
    // S3 puts the resource in quotes, the others do not.
    const resource = query.action.startsWith('s3:') ? `"${query.resource}"` : query.resource;
    throw new AwsError(
      code,
      `User: ${sessionOf(principal.arn)} is not authorized to perform: ${query.action} on resource: ${resource} ${String(reason)}`,
      status,
    );
  }

  /** Every Allow statement with what of it was needed: those of the roles, then those of the resources. */
  uses(): readonly StatementUse[] {
    const reported = (statement: Statement, roleArn?: string): StatementUse => {
      const { uses, actions, resources } = this.#uses.get(statement) ?? unused(statement);
      return {
        id: statement.id,
        ...(roleArn === undefined ? {} : { roleArn }),
        uses,
        actions: Object.fromEntries(actions),
        resources: Object.fromEntries(resources),
      };
    };
    const allows = ({ effect }: Statement): boolean => effect === 'Allow';
    return [
      ...[...this.#identity].flatMap(([roleArn, statements]) =>
        statements.filter(allows).map((each) => reported(each, roleArn)),
      ),
      ...[...this.#resource.values()].flatMap((statements) =>
        statements.filter(allows).map((each) => reported(each)),
      ),
    ];
  }

  /** What was not allowed so far, in the order in which it was first asked for. */
  refusals(): readonly Refusal[] {
    return [...this.#refusals.values()];
  }

  /**
   * Judges from now on as if the assembly did not have these statements, and had all others.
   * @throws {NoSuchStatement}
   */
  withhold(ids: readonly string[]): void {
    const known = new Set(this.#all().map(({ id }) => id));
    const stranger = ids.find((id) => !known.has(id));
    if (stranger !== undefined) throw new NoSuchStatement(stranger);
    this.#withheld = new Set(ids);
  }

  #all(): readonly Statement[] {
    return [...this.#identity.values(), ...this.#resource.values()].flat();
  }

  #ofResource(resource: string): readonly Statement[] {
    if (resource.startsWith('arn:aws:s3:::')) return this.#resource.get(resource.split('/')[0] ?? '') ?? [];
    if (resource.startsWith('arn:aws:lambda:')) {
      return this.#resource.get(`function:${resource.split(':')[6] ?? ''}`) ?? [];
    }
    return this.#resource.get(resource) ?? [];
  }

  #judge(statements: readonly Statement[], question: Question): Decision {
    let allowing: Statement | undefined;
    let unknown: string | undefined;
    for (const statement of statements) {
      if (this.#withheld.has(statement.id)) continue;
      const found = match(statement, question);
      if (found === 'does not apply') continue;
      if (found !== 'applies') {
        unknown ??= `because the condition ${found.unknownCondition} in ${statement.id} is not known to the embedded cloud`;
        // What cannot be evaluated must not open anything: an unknown Deny denies, an unknown Allow does not allow.
        if (statement.effect === 'Deny') return this.#refuse(question, unknown);
        continue;
      }
      if (statement.effect === 'Deny') {
        const kind = statement.principals === undefined ? 'an identity-based' : 'a resource-based';
        return this.#refuse(question, `with an explicit deny in ${kind} policy: ${statement.id}`);
      }
      allowing ??= statement;
    }
    if (allowing !== undefined) {
      this.#note(allowing, question);
      return { allowed: true };
    }
    const kind = 'service' in question.principal ? 'resource-based' : 'identity-based';
    return this.#refuse(
      question,
      unknown ?? `because no ${kind} policy allows the ${question.action} action`,
    );
  }

  #note(statement: Statement, { action, resource }: Question): void {
    let use = this.#uses.get(statement);
    if (use === undefined) {
      use = unused(statement);
      this.#uses.set(statement, use);
    }
    use.uses += 1;
    for (const [pattern, times] of use.actions) {
      if (matchesAction(pattern, action)) use.actions.set(pattern, times + 1);
    }
    for (const [pattern, times] of use.resources) {
      if (matchesWildcards(pattern, resource)) use.resources.set(pattern, times + 1);
    }
  }

  #refuse({ principal, action, resource }: Question, reason: string): Decision {
    const who = 'service' in principal ? principal.service : principal.arn;
    const key = JSON.stringify([who, action, resource]);
    const times = (this.#refusals.get(key)?.times ?? 0) + 1;
    if (times > 1 || this.#refusals.size < mostRefusals) {
      this.#refusals.set(key, { principal: who, action, resource, times });
    }
    return { allowed: false, reason };
  }
}

function contextOf(
  query: AuthorizationQuery,
  more: Readonly<Record<string, string>>,
): Readonly<Record<string, readonly string[]>> {
  // The embedded cloud listens on the loopback interface only, where a call cannot be overheard: it counts as TLS.
  const context: Record<string, readonly string[]> = { 'aws:securetransport': ['true'] };
  const resourceAccount = query.resource.split(':')[4];
  if (resourceAccount) context['aws:resourceaccount'] = [resourceAccount];
  for (const [key, value] of [...Object.entries(more), ...Object.entries(query.context ?? {})]) {
    context[key.toLowerCase()] = typeof value === 'string' ? [value] : value;
  }
  return context;
}

/** A role's ARN as the session that AWS's messages name. */
function sessionOf(roleArn: string): string {
  const [, account, name] = /^arn:aws:iam::(\d*):role\/(?:.*\/)?([^/]+)$/.exec(roleArn) ?? [];
  return name === undefined ? roleArn : `arn:aws:sts::${account}:assumed-role/${name}/${name}`;
}
