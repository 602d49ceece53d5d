/** Which DynamoDB is behind the gateway: the one in this process, unless the environment names another. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedDynamoDb } from './embedded-engine.ts';
import type { DynamoDbEngine } from './engine-port.ts';
import { connectTo, startDynoxide } from './outside-engine.ts';
import { TableDatabase } from './storage/database.ts';

export interface EngineSettings {
  /** Where tables are kept; by default only in memory. */
  readonly directory?: string;
  readonly account: string;
  readonly region: string;
  /** Milliseconds since the epoch, in the cloud's time. */
  readonly now: () => number;
}

/** The folder's tables were kept by another engine than the one that is asked for. */
class OtherEngine extends Error {
  override readonly name = 'OtherEngine';
  constructor(directory: string, asked: EngineName) {
    super(
      asked === 'embedded'
        ? `The tables in ${directory} were kept by dynoxide, which was the engine of earlier versions. Start with --fresh to forget them, or with DYNAMODB_ENGINE=dynoxide to go on with them.`
        : `The tables in ${directory} were not kept by dynoxide. Start with --fresh to forget them, or without DYNAMODB_ENGINE to go on with them.`,
    );
  }
}

/** Each engine's own file. */
const files = { embedded: 'tables.sqlite', dynoxide: 'dynamodb.sqlite' } as const;
type EngineName = keyof typeof files;

/**
 * Starts an engine: `DYNAMODB_ENDPOINT` names one that runs already, `DYNAMODB_ENGINE=dynoxide` starts the dynoxide program.
 * @throws {OtherEngine} when another one kept the tables in the folder
 * @throws {UnknownTableForm} when another version of this one did
 * @throws {NoDynoxide} when that is asked for and is not to be had
 */
export async function startDynamoDb({ directory, ...settings }: EngineSettings): Promise<DynamoDbEngine> {
  const { DYNAMODB_ENDPOINT: endpoint, DYNAMODB_ENGINE: named } = process.env;
  if (endpoint) return connectTo(endpoint, settings.region);
  const engine = engineNamed(named || 'embedded');
  if (directory !== undefined) expectTablesOf(engine, directory);
  if (engine === 'dynoxide') return startDynoxide(settings.region, directory);
  const file = directory === undefined ? ':memory:' : join(directory, files.embedded);
  return new EmbeddedDynamoDb({ database: TableDatabase.open(file), ...settings });
}

function engineNamed(name: string): EngineName {
  if (name === 'embedded' || name === 'dynoxide') return name;
  throw new RangeError(`DYNAMODB_ENGINE is "${name}", and may be "embedded" or "dynoxide".`);
}

function expectTablesOf(engine: EngineName, directory: string): void {
  const holds = (which: EngineName): boolean => existsSync(join(directory, files[which]));
  if (!holds(engine) && holds(engine === 'embedded' ? 'dynoxide' : 'embedded')) {
    throw new OtherEngine(directory, engine);
  }
}
