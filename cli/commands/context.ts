/** What every command needs: the options that all share, where results go, and the connection to the running cloud. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { type Connection, connect } from '../cloud/connection.ts';
import { mustRun } from '../cloud/home.ts';
import { NoSuchProposal } from '../errors.ts';
import { createOutput, type Output } from '../output.ts';

/** Writes a text to where people look for results. */
export function toStandardOutput(text: string): void {
  return void process.stdout.write(text);
}

/** The shared options, as they were given before or after the command's name. */
export function contextOf(command: Command): { home: string; output: Output } {
  const { home, json } = command.optsWithGlobals<{ home: string; json?: boolean }>();
  return { home: resolve(home), output: createOutput(json === true, toStandardOutput) };
}

/** Runs with a connection to the running cloud. @throws {NoCloudRunning} */
export async function withCloud(
  command: Command,
  work: (connection: Connection, output: Output) => Promise<void>,
): Promise<void> {
  const { home, output } = contextOf(command);
  const { endpoint } = await mustRun(home);
  const connection = await connect(endpoint);
  try {
    await work(connection, output);
  } finally {
    connection.close();
  }
}

/** @throws {NoSuchProposal} */
export async function findProposal({ store }: Pick<Connection, 'store'>, id: string): Promise<Proposal> {
  const proposal = await store.proposals.find(id.toUpperCase());
  if (proposal === undefined) throw new NoSuchProposal(id);
  return proposal;
}
