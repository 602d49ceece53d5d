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
  override readonly name = 'UnsupportedFeature';
  /** Where it stands; begins as `nameOf` does. */
  readonly where: string;
  /**
   * @param where where it stands, e.g. `AWS::S3::Bucket Uploads`
   * @param feature its name there, e.g. `ReplicationConfiguration`
   */
  constructor(where: string, feature: string) {
    super(`${where}: the embedded cloud does not know ${feature}.`);
    this.where = where;
  }
}

/** How a resource is named in a message. */
export function nameOf(resource: DeclaredResource): string {
  return `${resource.type} ${resource.logicalId}`;
}

/**
 * Refuses the properties that are not among `known`, all of them by name.
 * @throws {UnsupportedFeature}
 */
export function refuseUnknown(
  where: string,
  properties: Readonly<Record<string, unknown>>,
  known: readonly string[],
): void {
  const unknown = Object.keys(properties).filter(
    (name) => properties[name] !== undefined && !known.includes(name),
  );
  if (unknown.length > 0) throw new UnsupportedFeature(where, unknown.join(', '));
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
