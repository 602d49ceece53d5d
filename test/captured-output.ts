/** What a program prints, caught instead of shown. */
import { vi } from 'vitest';

export interface Printed {
  out: string;
  errors: string;
}

/** Adds all that is printed from now on to what the caller keeps, until `vi.restoreAllMocks`. */
export function captureOutput(printed: () => Printed): void {
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed().out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed().errors += String(text);
    return true;
  });
}

/** All that is printed while something runs, results and errors as they came; afterwards it is shown again. */
export async function printedBy(run: () => Promise<unknown>): Promise<string> {
  let printed = '';
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    }),
  );
  try {
    await run();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return printed;
}
