/** A resource of the assembly as a service gets it: plain properties, every intrinsic resolved. */
export interface DeclaredResource {
  readonly logicalId: string;
  /** CloudFormation type, e.g. `AWS::S3::Bucket`. */
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** What `Ref` gives. */
  readonly physicalId: string;
  readonly arn?: string | undefined;
}

/** The assembly asks for something that the embedded cloud does not do; better refused by name than half done. */
export class UnsupportedFeature extends Error {
  /**
   * @param resource where it stands, e.g. `AWS::S3::Bucket Uploads`
   * @param feature its name there, e.g. `ReplicationConfiguration`
   */
  constructor(resource: string, feature: string) {
    super(`${resource}: the embedded cloud does not know ${feature}.`);
    this.name = 'UnsupportedFeature';
  }
}

/** How a resource is named in a message. */
export function nameOf(resource: DeclaredResource): string {
  return `${resource.type} ${resource.logicalId}`;
}

/**
 * Refuses the first property that is not among `known`.
 * @throws UnsupportedFeature
 */
export function refuseUnknown(
  where: string,
  properties: Readonly<Record<string, unknown>>,
  known: readonly string[],
): void {
  for (const name of Object.keys(properties)) {
    if (properties[name] !== undefined && !known.includes(name)) throw new UnsupportedFeature(where, name);
  }
}

/** The value as an object, or an empty one. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** The value as a list; a single value is a list of one, nothing an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** The value if it is text. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The value if it is a number, or text that is one, as CloudFormation allows. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
    return Number(value);
  return undefined;
}
