/** Parameters of an operation, read with the errors that AWS gives for what is missing or of the wrong kind. */
import { AwsError } from '../gateway/aws-error.ts';

export class Parameters {
  readonly #fields: Readonly<Record<string, unknown>>;

  private constructor(fields: Readonly<Record<string, unknown>>) {
    this.#fields = fields;
  }

  /** @throws {AwsError} `SerializationException` unless the body is a JSON object */
  static parse(body: Buffer): Parameters {
    let value: unknown;
    try {
      value = JSON.parse(body.toString('utf8') || '{}');
    } catch {
      throw new AwsError('SerializationException', 'The request is not JSON.');
    }
    return Parameters.#of(value);
  }

  static #of(value: unknown): Parameters {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new AwsError('SerializationException', 'Expected a JSON object.');
    }
    return new Parameters({ ...value });
  }

  /** @throws {AwsError} `ValidationException` if it is missing */
  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) {
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
      );
    }
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.#fields[name] ?? undefined;
    if (value === undefined || typeof value === 'string') return value;
    throw new AwsError('SerializationException', `Expected ${name} to be a string.`);
  }

  number(name: string, least: number, most: number): number | undefined {
    const value = this.#fields[name] ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value === 'number' && value >= least && value <= most) return value;
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${String(value)}' at '${name}' failed to satisfy constraint: Member must be between ${least} and ${most}`,
    );
  }

  flag(name: string, otherwise = false): boolean {
    const value = this.#fields[name];
    return typeof value === 'boolean' ? value : otherwise;
  }

  list(name: string): readonly Parameters[] {
    const value = this.#fields[name];
    return Array.isArray(value) ? value.map((item: unknown) => Parameters.#of(item)) : [];
  }

  /**
   * The place where `nextToken` goes on.
   * @throws {AwsError} `InvalidToken` for a token that was not given out
   */
  page(): number | undefined {
    const token = this.optionalText('nextToken');
    if (token === undefined) return undefined;
    const position = /^page (\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'))?.[1];
    if (position === undefined) throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
    return Number(position);
  }
}
