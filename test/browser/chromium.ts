/**
 * The Chromium of this machine. A browser that a package of npm would download is not wanted: Debian's is kept up to
 * date by Debian.
 */
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

/** There is no Chromium here, and it is not ours to install one. */
class NoChromium extends Error {
  override readonly name = 'NoChromium';
  constructor(cause?: unknown) {
    super(
      'The browser tests need Chromium. Install it (Debian: `apt-get install chromium`), or name one in CHROMIUM.',
      { cause },
    );
  }
}

const names = ['chromium', 'chromium-browser', 'google-chrome'];

async function find(): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const places = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  for (const place of [process.env.CHROMIUM, ...places]) {
    if (place === undefined || place === '') continue;
    const isThere = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return place;
  }
  return undefined;
}

/** A machine of the tests’ own: in CI, as root, with Debian’s packages. No other machine is changed by a test. */
function mayInstall() {
  return process.env.CI !== undefined && process.getuid?.() === 0;
}

async function install(): Promise<string> {
  if (!mayInstall()) throw new NoChromium();
  const run = promisify(execFile);
  try {
    await run('apt-get', ['update', '-qq']);
    await run('apt-get', ['install', '-y', '-qq', '-o', 'DPkg::Lock::Timeout=240', 'chromium'], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  } catch (error) {
    throw new NoChromium(error);
  }
  const found = await find();
  if (found === undefined) throw new NoChromium();
  return found;
}

/** @throws {NoChromium} saying what to do */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: (await find()) ?? (await install()),
    // Containers have no user namespaces for the sandbox; every page here is our own.
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
}
