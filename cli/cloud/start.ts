/** Starts an embedded cloud with the pipeline on it, its sample settings, and the fake bank next to it. */
import { S3Client } from '@aws-sdk/client-s3';
import { present } from '#domain/present.ts';
import type { CloudOptions } from '#local/cloud.ts';
import { type FakeBankSettings as BankAccess, FakeBank } from '#players/bank/fake-bank.ts';
import { ensureAssembly } from './assembly.ts';
import { type Connection, clientSettings, connect } from './connection.ts';
import { putSampleSettings } from './upload.ts';

/** How often a bank next to a cloud looks into its folder by itself, in milliseconds. */
export const bankInterval = 250;

export interface StartSettings {
  /** Where assemblies are cached. */
  assemblies: string;
  /** Where the cloud keeps its state. */
  state: string;
  clock: 'flowing' | 'virtual';
  /** When virtual time begins: ISO 8601. */
  startAt?: string;
  /** 0 takes any free port. */
  port?: number;
  /** Forgets the state of before. */
  fresh?: boolean;
  /** Randomness of the state machines, for runs that are to be repeated to the byte. */
  chance?: CloudOptions['chance'];
  /** Functions that stay warm from one cloud to the next of this process. */
  kept?: CloudOptions['kept'];
  /** Called with what is going on, before a step that takes time. */
  say?: (what: string) => void;
}

export interface StartedCloud {
  endpoint: string;
  connection: Connection;
  /** Answers on request: `tick` or `run`. */
  bank: FakeBank;
  /** The bank's access to its two folders, with the rights of the bank connector's role: for another bank. */
  bankAccess: BankAccess;
  /** Ends everything that was started. */
  stop(): Promise<void>;
}

/** @throws {SynthesisFailed} */
export async function startPipeline(settings: StartSettings): Promise<StartedCloud> {
  const {
    assemblies,
    state,
    clock,
    startAt,
    chance,
    kept,
    port = 0,
    fresh = false,
    say = () => undefined,
  } = settings;
  say('Looking for the cloud assembly; it is synthesised when the sources have changed.');
  // While another process synthesises, this one loads the cloud.
  const [assembly, { startCloud }] = await Promise.all([
    ensureAssembly(assemblies),
    import('#local/cloud.ts'),
  ]);
  say(`Starting the embedded cloud on ${assembly.cached ? 'the cached' : 'a new'} assembly.`);
  const cloud = await startCloud({
    assembly: assembly.folder,
    state,
    clock,
    port,
    fresh,
    ...present({ startAt, chance, kept }),
  });
  const connection = await connect(cloud.endpoint);
  const bankClient = new S3Client({
    ...clientSettings(cloud.endpoint, cloud.credentials(connection.outputs.BankConnectorRoleArn)),
    forcePathStyle: true,
  });
  const bankAccess = { client: bankClient, bucket: connection.outputs.BankBucketName };
  const bank = new FakeBank(bankAccess);
  await importSettingsOnce(connection);
  return {
    endpoint: cloud.endpoint,
    connection,
    bank,
    bankAccess,
    stop: async () => {
      await bank.stop();
      bankClient.destroy();
      connection.close();
      await cloud.stop();
    },
  };
}

/** The sample directory, unless there is one already. */
async function importSettingsOnce(connection: Connection): Promise<void> {
  if ((await connection.store.people.all()).length > 0) return;
  await putSampleSettings(connection, (await connection.control.clock()).now);
  await connection.control.idle();
}
