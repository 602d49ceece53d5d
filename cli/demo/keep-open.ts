/** The cloud of a demonstration, left open to be looked at until it is stopped. */
import { addressesOf, showAddresses } from '../cloud/addresses.ts';
import { cloudFolder, noteRunning } from '../cloud/home.ts';
import { stopSignal } from '../cloud/stop-signal.ts';
import type { Output } from '../output.ts';
import type { Stage } from './fresh-cloud.ts';

/** Prints where everything is, lets the other commands find the cloud, and resolves when the process is to end. */
export async function keepOpen({ cloud, home }: Stage, output: Output): Promise<void> {
  const forget = await noteRunning(home, cloud.endpoint);
  output.line('\nThe cloud stays open:');
  showAddresses(addressesOf(cloud), cloudFolder(home), output);
  output.line('\nLook around from another terminal; time stands still until it is moved:');
  output.line(`  npm run jaring -- list --home ${home}`);
  output.line('\nCtrl+C stops it and forgets it.');
  await stopSignal();
  output.line('Stopping.');
  await forget();
}
