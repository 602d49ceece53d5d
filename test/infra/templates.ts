/** The synthesised templates, without bundling: the functions' code is a stand-in, everything else is what is deployed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LambdaName, lambdaNames } from '#functions/lambdas.ts';
import type { Bundle, Bundles } from '#infra/bundle.ts';
import { jaringApp } from '#infra/jaring-app.ts';
import type { StageName } from '#infra/stage.ts';
import { scratchFolder } from './scratch.ts';

/** A resource as CloudFormation has it. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export type Resources = Readonly<Record<string, Resource>>;

/** One stage's two stacks. */
export interface Synthesised {
  readonly directory: string;
  readonly state: Resources;
  readonly pipeline: Resources;
  readonly all: readonly (readonly [id: string, resource: Resource])[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Stand-ins for all bundles. */
export function standInBundles(): Bundles {
  const folder = scratchFolder();
  writeFileSync(join(folder, 'index.mjs'), 'export const handler = async () => ({});\n');
  return new Map<LambdaName, Bundle>(
    lambdaNames.map((name) => [name, { name, folder, maps: folder, codeBytes: 0, hash: name }]),
  );
}

/** Synthesises a stage into a folder of its own; cdk-nag runs with it and throws on a finding. */
export function synthesised(stage: StageName, context: Readonly<Record<string, string>> = {}): Synthesised {
  const { directory } = jaringApp(standInBundles(), {
    outdir: scratchFolder(),
    context: { stage, ...context },
    // Slow, and done once in validation.test.ts.
    builtinCloudFormationValidation: false,
  }).synth();
  const read = (name: string) =>
    JSON.parse(readFileSync(join(directory, `${name}.template.json`), 'utf8')) as {
      Resources: Resources;
      Outputs: Record<string, unknown>;
    };
  const state = read(`JaringState-${stage}`);
  const pipeline = read(`JaringPipeline-${stage}`);
  return {
    directory,
    state: state.Resources,
    pipeline: pipeline.Resources,
    all: [...Object.entries(state.Resources), ...Object.entries(pipeline.Resources)],
    outputs: { ...state.Outputs, ...pipeline.Outputs },
  };
}

/** The resources of a type. */
export function ofType(resources: Resources, type: string): readonly Resource[] {
  return Object.values(resources).filter((resource) => resource.Type === type);
}

/** Text with references in angle brackets: `arn:<AWS::Partition>:…`, `<TableCD117FA1.Arn>`, `<import …>`. */
export function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  if ('Fn::Join' in value) {
    const [delimiter, parts] = value['Fn::Join'] as [string, unknown[]];
    return parts.map(flat).join(delimiter);
  }
  if ('Fn::GetAtt' in value) return `<${(value['Fn::GetAtt'] as string[]).join('.')}>`;
  if ('Fn::ImportValue' in value) return `<${flat(value['Fn::ImportValue'])}>`;
  if ('Ref' in value) return `<${flat(value.Ref)}>`;
  return JSON.stringify(value);
}

/** One statement of a policy, with everything as lists and flat text. */
export interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition: unknown;
  readonly principal: unknown;
}

function list(value: unknown): readonly unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

/** The statements of a policy document. */
export function statements(document: unknown): readonly Statement[] {
  const { Statement: all } = document as { Statement: unknown };
  return list(all).map((statement) => {
    const { Effect, Action, Resource, Condition, Principal } = statement as Record<string, unknown>;
    return {
      effect: String(Effect),
      actions: list(Action).map(String),
      resources: list(Resource).map(flat),
      condition: Condition,
      principal: Principal,
    };
  });
}

/** What each role may do, by the role's description. */
export function rights(resources: Resources): ReadonlyMap<string, readonly Statement[]> {
  const found = new Map<string, Statement[]>();
  for (const policy of ofType(resources, 'AWS::IAM::Policy')) {
    for (const role of list(policy.Properties.Roles)) {
      const { Ref } = role as { Ref: string };
      const description = String(resources[Ref]?.Properties.Description ?? Ref);
      found.set(description, [
        ...(found.get(description) ?? []),
        ...statements(policy.Properties.PolicyDocument),
      ]);
    }
  }
  return found;
}

/** What lies at a path inside a value; undefined where there is none. */
export function inside(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (found, key) => (typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined),
    value,
  );
}
