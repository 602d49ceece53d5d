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
