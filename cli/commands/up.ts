/** `jaring up`: the embedded cloud with the pipeline on it, until it is stopped. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { addressesOf, showAddresses } from '../cloud/addresses.ts';
import { cloudFolder, findRunning, noteRunning } from '../cloud/home.ts';
import { bankInterval, startPipeline } from '../cloud/start.ts';
import { stopSignal } from '../cloud/stop-signal.ts';
import { CloudAlreadyRunning, UnreadableArgument } from '../errors.ts';
import { contextOf } from './context.ts';

const defaultPort = '4600';

interface UpOptions {
  fresh?: boolean;
  port: string;
  virtual?: boolean;
  startAt?: string;
  assemblies?: string;
}

export function upCommand(program: Command): void {
  program
    .command('up')
    .description('start the embedded cloud with the pipeline on it, and a bank next to it')
    .option('--fresh', 'forget everything from before')
    .option('--port <number>', 'port of the AWS endpoint on 127.0.0.1; 0 takes any free one', defaultPort)
    .option('--virtual', 'let time stand still until it is moved with "jaring advance"')
    .option('--start-at <moment>', 'when virtual time begins, ISO 8601')
    .option('--assemblies <folder>', 'where synthesised assemblies are cached (default: in the state folder)')
    .addHelpText('after', '\nIt runs until Ctrl+C. The other commands find it by themselves.')
    .action(async (options: UpOptions, command: Command) => {
      const { home, output } = contextOf(command);
      const port = portOf(options.port);
      const running = await findRunning(home);
      if (running !== undefined) throw new CloudAlreadyRunning(running.endpoint, running.pid);
      const cloud = await startPipeline({
        assemblies: options.assemblies ?? join(home, 'assemblies'),
        state: cloudFolder(home),
        clock: options.virtual === true ? 'virtual' : 'flowing',
        port,
        fresh: options.fresh === true,
        say: (what) => output.line(what),
        ...(options.startAt !== undefined && { startAt: options.startAt }),
      });
      cloud.bank.run(bankInterval);
      const forget = await noteRunning(home, cloud.endpoint);
      const addresses = addressesOf(cloud);
      output.data({ ...addresses, state: cloudFolder(home), pid: process.pid });
      output.line('');
      output.line('Jaring is running.');
      showAddresses(addresses, cloudFolder(home), output);
      output.line('');
      output.line('Send a packet from another terminal:');
      output.line('  npm run jaring -- submit samples/packets/padat-karya-gunungkidul');
      if (options.virtual === true) {
        output.line('Let the sample people answer until it stands where you want to look at it:');
        output.line('  npm run jaring -- play --until spm');
      }
      await stopSignal();
      output.line('Stopping.');
      await forget();
      await cloud.stop();
    });
}

/** @throws {UnreadableArgument} */
export function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new UnreadableArgument('The port', text, 'a number from 0 to 65535');
}
