/** `jaring advance`: moves the cloud's time, with everything that falls due on the way. */
import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import type { Control } from '../cloud/control.ts';
import { jakartaTime, readDuration } from '../time.ts';
import { withCloud } from './context.ts';

export function advanceCommand(program: Command): void {
  program
    .command('advance')
    .description("move the cloud's time forward; everything that falls due on the way happens")
    .argument('<duration>', 'for example 3d, 12h30m, 2w; or "next" for the next thing that falls due')
    .action(async (duration: string, _: object, command: Command) => {
      await withCloud(command, async ({ control }, output) => {
        if (duration === 'next') await control.skip();
        else await advanceVisibly(control, readDuration(duration), !output.json);
        const { now, mode } = await control.clock();
        output.data({ now, mode });
        output.line(`It is ${jakartaTime(now)} in Jakarta.`);
      });
    });
}

/** How often the bar is moved, in milliseconds. */
const barInterval = 250;

async function advanceVisibly(control: Control, seconds: number, visible: boolean): Promise<void> {
  const began = Date.parse((await control.clock()).now);
  const bar = new SingleBar({ format: '{bar} {day}', hideCursor: true, clearOnComplete: true });
  const move = async () => {
    const { now } = await control.clock();
    bar.update((Date.parse(now) - began) / 1000, { day: jakartaTime(now) });
  };
  if (visible) bar.start(seconds, 0, { day: jakartaTime(began) });
  const timer = setInterval(() => void move().catch(() => undefined), barInterval);
  try {
    await control.advance({ seconds });
    await control.idle();
  } finally {
    clearInterval(timer);
    bar.stop();
  }
}
