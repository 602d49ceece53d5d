/** Reads a cloud assembly (`cdk.out`) and gives its resources with every reference resolved, or refuses it by name. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve as resolvePath } from 'node:path';
import type { DeclaredResource } from '../declared-resource.ts';
import { noValue, resolve, type Scope, UnresolvedReference } from './intrinsics.ts';
import { digest, type Identity, identify, knownTypes, type Place } from './names.ts';

/** Everything in an assembly that the embedded cloud cannot do, at once. */
export class UnsupportedAssembly extends Error {
  override readonly name = 'UnsupportedAssembly';
  readonly problems: readonly string[];
  constructor(directory: string, problems: readonly string[]) {
    super(
      `The embedded cloud cannot run ${directory}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

/** A resource of one of the assembly's stacks. */
interface AssemblyResource extends DeclaredResource {
  readonly stack: string;
}

/** An assembly whose references are resolved. */
export interface Assembly {
  readonly directory: string;
  readonly region: string;
  readonly account: string;
  /** In an order in which everything comes after what it refers to. */
  readonly resources: readonly AssemblyResource[];
  /** Outputs of all stacks by name, exports that the CDK made for itself left out. */
  readonly outputs: Readonly<Record<string, string>>;
  /**
   * The folder of a file asset, by the S3 key that a Lambda function's code names.
   * @throws {UnsupportedAssembly} when the assembly has no such asset
   */
  assetOf(s3Key: string): string;
}

/** An assembly read but not yet resolved: the addresses of its HTTP APIs must be known first. */
export interface UnresolvedAssembly {
  readonly region: string;
  /** Ids of the HTTP APIs, as `Ref` gives them. */
  readonly httpApis: readonly string[];
  /**
   * @param endpoint the cloud's own address, without a slash at the end
   * @param endpointOf the address of an HTTP API, without a slash at the end
   * @throws {UnsupportedAssembly}
   */
  resolve(endpoint: string, endpointOf: (apiId: string) => string): Assembly;
}

interface Template {
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<
    Record<
      string,
      { readonly Value: unknown; readonly Export?: { Name: unknown }; readonly Condition?: string }
    >
  >;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown; readonly Type?: string }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Transform?: unknown;
}

interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
}

interface Stack {
  readonly name: string;
  readonly region: string;
  readonly template: Template;
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly dependencies?: readonly string[];
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly file?: string;
  };
}

interface AssetManifest {
  readonly files?: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path?: string; readonly executable?: unknown };
        readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
      }
    >
  >;
}

/**
 * Reads the assembly's manifest and templates.
 * @param directory the folder that `cdk synth` wrote
 * @param account account id, 12 digits, for ARNs
 * @param defaultRegion for stacks without a region of their own
 * @throws {UnsupportedAssembly} when there is no manifest
 */
export function readAssembly(directory: string, account: string, defaultRegion: string): UnresolvedAssembly {
  const root = resolvePath(directory);
  if (!existsSync(join(root, 'manifest.json'))) {
    throw new UnsupportedAssembly(directory, [
      'there is no manifest.json: give the folder that "cdk synth" wrote',
    ]);
  }
  const artifacts = readJson<{ artifacts: Record<string, Artifact> }>(root, 'manifest.json').artifacts;
  const problems: string[] = [];
  const stacks: Stack[] = [];
  const assets = new Map<string, string>();
  for (const name of inOrderOfDependence(artifacts)) {
    const artifact = artifacts[name];
    if (artifact?.type === 'aws:cloudformation:stack' && artifact.properties?.templateFile) {
      const region = artifact.environment?.split('/').at(-1);
      stacks.push({
        name: artifact.properties.stackName ?? name,
        region: region === undefined || region === 'unknown-region' ? defaultRegion : region,
        template: readJson<Template>(root, artifact.properties.templateFile),
      });
    } else if (artifact?.type === 'cdk:asset-manifest' && artifact.properties?.file) {
      const { files } = readJson<AssetManifest>(root, artifact.properties.file);
      for (const { source, destinations } of Object.values(files ?? {})) {
        if (source.path === undefined) continue;
        for (const { objectKey } of Object.values(destinations))
          assets.set(objectKey, join(root, source.path));
      }
    } else if (artifact?.type === 'cdk:cloud-assembly') {
      problems.push(`${name}: nested assemblies (CDK stages) are not known`);
    }
  }
  const regions = [...new Set(stacks.map(({ region }) => region))];
  if (regions.length > 1) problems.push(`stacks in several regions (${regions.join(', ')}) are not known`);
  const region = regions[0] ?? defaultRegion;
  return {
    region,
    httpApis: stacks.flatMap(({ name, template }) =>
      Object.entries(template.Resources ?? {})
        .filter(([, { Type }]) => Type === 'AWS::ApiGatewayV2::Api')
        .map(([logicalId]) => digest(`${name}/${logicalId}`, 10)),
    ),
    resolve: (endpoint, endpointOf) => {
      const resolver = new Resolver(stacks, { account, region, endpoint }, endpointOf, problems);
      const { resources, outputs } = resolver.resolve();
      if (problems.length > 0) throw new UnsupportedAssembly(directory, problems);
      return {
        directory: root,
        region,
        account,
        resources,
        outputs,
        assetOf: (s3Key) => {
          const folder = assets.get(s3Key);
          if (folder === undefined) throw new UnsupportedAssembly(directory, [`there is no asset ${s3Key}`]);
          return folder;
        },
      };
    },
  };
}

/** Resolves stacks one after another; resources on demand, since they refer to each other in any order. */
class Resolver {
  readonly #stacks: readonly Stack[];
  readonly #cloud: Pick<Place, 'account' | 'region' | 'endpoint'>;
  readonly #endpointOf: (apiId: string) => string;
  readonly #problems: string[];
  readonly #exports = new Map<string, unknown>();
  readonly #resources: AssemblyResource[] = [];

  constructor(
    stacks: readonly Stack[],
    cloud: Pick<Place, 'account' | 'region' | 'endpoint'>,
    endpointOf: (apiId: string) => string,
    problems: string[],
  ) {
    this.#stacks = stacks;
    this.#cloud = cloud;
    this.#endpointOf = endpointOf;
    this.#problems = problems;
  }

  resolve(): { resources: readonly AssemblyResource[]; outputs: Record<string, string> } {
    const outputs: Record<string, string> = {};
    for (const stack of this.#stacks) this.#stack(stack, outputs);
    return { resources: this.#resources, outputs };
  }

  #stack(stack: Stack, outputs: Record<string, string>): void {
    const { template } = stack;
    if (template.Transform !== undefined)
      this.#problems.push(`${stack.name}: Transform (macros) is not known`);
    const known = new Map<string, Identity>();
    const underWay = new Set<string>();
    /** Those that could not be resolved: reported once, not again by everything that refers to them. */
    const refused = new Set<string>();
    const scope: Scope = {
      ref: (name) => {
        const pseudo = this.#pseudoParameter(stack, name);
        if (pseudo !== undefined) return pseudo;
        if (Object.hasOwn(template.Resources ?? {}, name)) return identityOf(name).physicalId;
        const parameter = template.Parameters?.[name];
        if (parameter?.Type?.startsWith('AWS::SSM::')) {
          throw new UnresolvedReference(
            `Ref ${name}: parameters of the type ${parameter.Type} are not known`,
          );
        }
        if (parameter?.Default !== undefined) return parameter.Default;
        throw new UnresolvedReference(
          `Ref ${name}: there is no such resource, and no parameter with a default`,
        );
      },
      attribute: (logicalId, attribute) => {
        const identity = identityOf(logicalId);
        const value = identity.attributes?.[attribute] ?? (attribute === 'Arn' ? identity.arn : undefined);
        if (value !== undefined) return value;
        const type = template.Resources?.[logicalId]?.Type ?? '';
        if (type === 'AWS::ApiGatewayV2::Api' && attribute === 'ApiEndpoint') {
          return this.#endpointOf(identity.physicalId);
        }
        throw new UnresolvedReference(
          `Fn::GetAtt ${logicalId}.${attribute}: ${type} has no such attribute here`,
        );
      },
      imported: (name) => {
        if (this.#exports.has(name)) return this.#exports.get(name);
        throw new UnresolvedReference(`Fn::ImportValue ${name}: no stack exports it`);
      },
      condition: (name) => {
        const condition = template.Conditions?.[name];
        if (condition === undefined) throw new UnresolvedReference(`there is no condition ${name}`);
        return resolve(condition, scope) === true;
      },
      mapping: (map, first, second) => {
        const value = template.Mappings?.[map]?.[first]?.[second];
        if (value === undefined)
          throw new UnresolvedReference(`Fn::FindInMap finds no ${map}.${first}.${second}`);
        return value;
      },
    };
    const identityOf = (logicalId: string): Identity => {
      const found = known.get(logicalId);
      if (found !== undefined) return found;
      const declared = template.Resources?.[logicalId];
      if (declared === undefined) throw new UnresolvedReference(`there is no resource ${logicalId}`);
      if (underWay.has(logicalId)) throw new UnresolvedReference(`${logicalId} refers to itself`);
      if (refused.has(logicalId)) throw new RefersToRefused(logicalId);
      if (!isKnown(declared.Type)) {
        refused.add(logicalId);
        throw new UnresolvedReference(`the resource type ${declared.Type} is not known`);
      }
      if (declared.Condition !== undefined && !scope.condition(declared.Condition)) {
        throw new UnresolvedReference(`${logicalId} is referred to, but its condition does not hold`);
      }
      underWay.add(logicalId);
      refused.add(logicalId);
      let properties: unknown;
      try {
        properties = resolve(declared.Properties ?? {}, scope);
      } finally {
        underWay.delete(logicalId);
      }
      const plain = typeof properties === 'object' && properties !== null ? { ...properties } : {};
      const place = { ...this.#cloud, stack: stack.name, logicalId };
      const identity = identify(declared.Type, place, plain);
      if (identity === undefined)
        throw new UnresolvedReference(`the resource type ${declared.Type} is not known`);
      refused.delete(logicalId);
      known.set(logicalId, identity);
      this.#resources.push({
        stack: stack.name,
        logicalId,
        type: declared.Type,
        properties: plain,
        physicalId: identity.physicalId,
        ...(identity.arn === undefined ? {} : { arn: identity.arn }),
      });
      return identity;
    };
    for (const [logicalId, declared] of Object.entries(template.Resources ?? {})) {
      this.#attempt(`${stack.name}/${logicalId} (${declared.Type})`, () => {
        if (declared.Condition !== undefined && !scope.condition(declared.Condition)) return;
        identityOf(logicalId);
      });
    }
    for (const [name, output] of Object.entries(template.Outputs ?? {})) {
      this.#attempt(`${stack.name}, output ${name}`, () => {
        if (output.Condition !== undefined && !scope.condition(output.Condition)) return;
        const value = resolve(output.Value, scope);
        if (output.Export === undefined) outputs[name] = String(value);
        else this.#exports.set(String(resolve(output.Export.Name, scope)), value);
      });
    }
  }

  #attempt(where: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (error instanceof RefersToRefused) return;
      if (!(error instanceof UnresolvedReference)) throw error;
      this.#problems.push(`${where}: ${error.message}`);
    }
  }

  #pseudoParameter(stack: Stack, name: string): unknown {
    switch (name) {
      case 'AWS::AccountId':
        return this.#cloud.account;
      case 'AWS::Region':
        return this.#cloud.region;
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      case 'AWS::StackName':
        return stack.name;
      case 'AWS::StackId':
        return `arn:aws:cloudformation:${this.#cloud.region}:${this.#cloud.account}:stack/${stack.name}/${digest(stack.name, 12)}`;
      case 'AWS::NoValue':
        return noValue;
      case 'AWS::NotificationARNs':
        return [];
      default:
        return undefined;
    }
  }
}

/** A reference to a resource whose refusal is reported already. */
class RefersToRefused extends Error {
  override readonly name = 'RefersToRefused';
}

const known = new Set([...knownTypes.active, ...knownTypes.inert]);
function isKnown(type: string): boolean {
  return known.has(type);
}

function inOrderOfDependence(artifacts: Readonly<Record<string, Artifact>>): readonly string[] {
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const dependency of artifacts[name]?.dependencies ?? []) visit(dependency);
    order.push(name);
  };
  for (const name of Object.keys(artifacts)) visit(name);
  return order;
}

function readJson<T>(root: string, file: string): T {
  const parsed: T = JSON.parse(readFileSync(join(root, file), 'utf8'));
  return parsed;
}
