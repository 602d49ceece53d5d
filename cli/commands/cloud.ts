/** `jaring cloud`: the embedded cloud with any cloud assembly on it, until it is stopped. */
import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { stopSignal } from '../cloud/stop-signal.ts';
import { CommandError } from '../errors.ts';
import { contextOf } from './context.ts';
import { portOf } from './up.ts';

interface CloudCommandOptions {
  assembly: string;
  state?: string;
  port: string;
  clock: 'flowing' | 'virtual';
  startAt?: string;
  fresh?: boolean;
}

/** The assembly cannot be run; the message names everything that is in the way. */
export class AssemblyRefused extends CommandError {
  override readonly name = 'AssemblyRefused';
}

export function cloudCommand(program: Command): void {
  program
    .command('cloud')
    .description('run any cloud assembly (cdk.out) on the embedded cloud, without the pipeline')
    .requiredOption('--assembly <folder>', 'what "cdk synth" wrote')
    .option(
      '--state <folder>',
      'where the cloud keeps what it does (default: "assembly-state" in the state folder)',
    )
    .option('--port <number>', 'port of the AWS endpoint on 127.0.0.1; 0 takes any free one', '4566')
    .addOption(
      new Option('--clock <kind>', 'time that flows, or that stands still until it is moved')
        .choices(['flowing', 'virtual'])
        .default('flowing'),
    )
    .option('--start-at <moment>', 'when virtual time begins, ISO 8601')
    .option('--fresh', 'forget everything from before')
    .addHelpText(
      'after',
      '\nIt runs until Ctrl+C. What the assembly has and the cloud does not is named, all at once.',
    )
    .action(async (options: CloudCommandOptions, command: Command) => {
      const { home, output } = contextOf(command);
      const { startCloud } = await import('#local/cloud.ts');
      const { UnsupportedAssembly } = await import('#local/assembly/assembly.ts');
      const state = resolve(options.state ?? join(home, 'assembly-state'));
      const cloud = await startCloud({
        assembly: resolve(options.assembly),
        state,
        port: portOf(options.port),
        clock: options.clock,
        fresh: options.fresh === true,
        ...(options.startAt !== undefined && { startAt: options.startAt }),
      }).catch((error: unknown) => {
        throw error instanceof UnsupportedAssembly ? new AssemblyRefused(error.message) : error;
      });
      const { endpoint, region, apis, outputs } = cloud;
      const { accessKeyId, secretAccessKey } = cloud.credentials();
      const mailbox = `${endpoint}/_local/mailbox.html`;
      output.data({
        endpoint,
        region,
        accessKeyId,
        secretAccessKey,
        apis,
        mailbox,
        outputs,
        state,
        pid: process.pid,
      });
      output.line(`The cloud runs ${resolve(options.assembly)}.`);
      output.line('');
      output.line('For the AWS CLI and any SDK, with the rights of the owner:');
      output.line(`  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region}`);
      output.line(`  export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`);
      output.line('');
      for (const [name, url] of Object.entries(apis)) output.line(`  HTTP API  ${name}  ${url}`);
      output.line(`  mailbox   ${mailbox}`);
      output.line(`  clock     ${endpoint}/_local/clock (${options.clock})`);
      output.line(`  state     ${state}`);
      output.line('');
      for (const [name, value] of Object.entries(outputs)) output.line(`  ${name} = ${value}`);
      await stopSignal();
      output.line('Stopping.');
      await cloud.stop();
    });
}
