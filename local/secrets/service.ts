/** Secrets Manager: the assembly's secrets, generated once and kept. */
import { randomBytes, randomInt } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import {
  type DeclaredResource,
  nameOf,
  numberOf,
  objectOf,
  refuseUnknown,
  textOf,
} from '../declared-resource.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { inputOf, jsonAnswer, notImplemented, operationOf } from '../gateway/aws-json.ts';
import type { Service, ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import type { UsageMeter } from '../usage/meter.ts';

export interface SecretsPorts {
  /** The service's database; it makes its own table, `secret`. */
  readonly db: DatabaseSync;
  readonly meter: UsageMeter;
}

export class SecretsService implements Service {
  readonly signingName = 'secretsmanager';
  readonly errorFormat = 'json';
  readonly operations = ['GetSecretValue'];
  readonly #ports: SecretsPorts;
  /** The key that each secret is encrypted with, by the secret's ARN: it is used with the caller's rights. */
  readonly #keys = new Map<string, string>();

  constructor(ports: SecretsPorts) {
    this.#ports = ports;
    ports.db.exec(
      'CREATE TABLE IF NOT EXISTS secret (arn TEXT PRIMARY KEY, value TEXT NOT NULL, version TEXT NOT NULL) STRICT',
    );
  }

  /** Generates the secrets that are not there yet; other types are passed over. @throws {UnsupportedFeature} */
  define(resources: readonly DeclaredResource[]): void {
    const insert = this.#ports.db.prepare(
      'INSERT OR IGNORE INTO secret (arn, value, version) VALUES (?, ?, ?)',
    );
    for (const resource of resources) {
      if (resource.type !== 'AWS::SecretsManager::Secret' || resource.arn === undefined) continue;
      const { properties } = resource;
      refuseUnknown(nameOf(resource), properties, [
        'Description',
        'GenerateSecretString',
        'KmsKeyId',
        'Name',
        'SecretString',
        'Tags',
      ]);
      const value =
        textOf(properties.SecretString) ?? generate(nameOf(resource), properties.GenerateSecretString);
      const key = textOf(properties.KmsKeyId);
      // A key that is named otherwise than by its ARN is not judged.
      if (key?.startsWith('arn:')) this.#keys.set(resource.arn, key);
      insert.run(resource.arn, value, randomBytes(16).toString('hex'));
    }
  }

  async handle(request: ServiceRequest): Promise<ServiceResponse> {
    const operation = operationOf(request);
    if (operation !== 'GetSecretValue') throw notImplemented(this.signingName, operation);
    const input = inputOf(request);
    const id = textOf(input.SecretId) ?? '';
    const row = this.#ports.db
      .prepare('SELECT * FROM secret')
      .all()
      .find(({ arn }) => arn === id || nameOfSecret(String(arn)) === id);
    request.authorize({ action: 'secretsmanager:GetSecretValue', resource: String(row?.arn ?? id) });
    const key = this.#keys.get(String(row?.arn));
    if (key !== undefined) {
      const context = { 'kms:ViaService': `secretsmanager.${key.split(':')[3]}.amazonaws.com` };
      request.authorize({ action: 'kms:Decrypt', resource: key, context });
    }
    if (row === undefined) {
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    const { VersionId: version = row.version, VersionStage: stage = 'AWSCURRENT' } = input;
    if (version !== row.version || stage !== 'AWSCURRENT') {
      const which =
        version === row.version ? `staging label: ${String(stage)}` : `VersionId: ${String(version)}`;
      throw new AwsError(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for ${which}`,
      );
    }
    this.#ports.meter.count('secretsmanager', 'GetSecretValue');
    return jsonAnswer({
      ARN: row.arn,
      Name: nameOfSecret(String(row.arn)),
      SecretString: row.value,
      VersionId: row.version,
      VersionStages: ['AWSCURRENT'],
    });
  }
}

/** The name in a secret's ARN, which ends in a hyphen and six characters more. */
function nameOfSecret(arn: string): string {
  return arn.split(':').slice(6).join(':').slice(0, -7);
}

const letters = 'abcdefghijklmnopqrstuvwxyz';
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** A password as `GenerateSecretString` describes it. */
function generate(where: string, description: unknown): string {
  const options = objectOf(description);
  refuseUnknown(where, options, [
    'ExcludeCharacters',
    'ExcludeLowercase',
    'ExcludeNumbers',
    'ExcludePunctuation',
    'ExcludeUppercase',
    'GenerateStringKey',
    'PasswordLength',
    'SecretStringTemplate',
  ]);
  const excluded = textOf(options.ExcludeCharacters) ?? '';
  const alphabet = [
    ...(options.ExcludeLowercase === true ? '' : letters),
    ...(options.ExcludeUppercase === true ? '' : letters.toUpperCase()),
    ...(options.ExcludeNumbers === true ? '' : '0123456789'),
    ...(options.ExcludePunctuation === true ? '' : punctuation),
  ].filter((character) => !excluded.includes(character));
  const password = Array.from(
    { length: numberOf(options.PasswordLength) ?? 32 },
    () => alphabet[randomInt(alphabet.length)],
  ).join('');
  const key = textOf(options.GenerateStringKey);
  if (key === undefined) return password;
  return JSON.stringify({ ...JSON.parse(textOf(options.SecretStringTemplate) ?? '{}'), [key]: password });
}
