import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createProgram, runProgram } from '#cli/program.ts';
import { captureOutput } from '../../captured-output.ts';

let home: string;
let printed: { out: string; errors: string };

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'jaring-cli-'));
  printed = { out: '', errors: '' };
  captureOutput(() => printed);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(home, { recursive: true, force: true });
});

describe('the command line', () => {
  test('has help and --json for every command', async () => {
    const { commands } = await createProgram();
    expect(commands).toHaveLength(20);
    for (const command of commands) {
      expect(command.description(), command.name()).not.toBe('');
      expect(
        command.options.map(({ long }) => long),
        command.name(),
      ).toContain('--json');
      expect(command.helpInformation()).toContain(`jaring ${command.name()}`);
    }
  });

  test('help is no failure', async () => {
    expect(await runProgram(['submit', '--help'])).toBe(0);
    expect(printed.out).toContain('proposal.json and attachments/');
  });

  test('a command that does not exist is a wrong command line', async () => {
    expect(await runProgram(['lst'])).toBe(2);
    expect(printed.errors).toContain('Did you mean list?');
  });

  test('says how to start a cloud when none is running', async () => {
    expect(await runProgram(['list', '--home', home])).toBe(1);
    expect(printed.errors).toContain('npm start');
    expect(printed.errors).not.toContain('    at ');
  });

  test('takes a cloud whose process has ended for none', async () => {
    // The largest process id that Linux gives is 4194304.
    const left = { endpoint: 'http://127.0.0.1:4600', pid: 4_194_305 };
    await writeFile(join(home, 'running.json'), JSON.stringify(left));
    expect(await runProgram(['list', '--home', home])).toBe(1);
    expect(printed.errors).toContain('No embedded cloud is running');
  });

  test('takes a broken note of a running cloud for none', async () => {
    await writeFile(join(home, 'running.json'), '{"endpoint":');
    expect(await runProgram(['list', '--home', home])).toBe(1);
    expect(printed.errors).toContain('No embedded cloud is running');
  });

  test('says in a line what the system refuses', async () => {
    // Where a folder is to be there is a file.
    await writeFile(join(home, 'file'), '');
    await writeFile(join(home, 'manifest.json'), JSON.stringify({ version: '48.0.0', artifacts: {} }));
    const args = ['cloud', '--assembly', home, '--state', join(home, 'file/state'), '--home', home];
    expect(await runProgram(args)).toBe(1);
    expect(printed.errors).toMatch(/^ENOTDIR: .*file\/state.*\n$/);
  });

  test('refuses a port that is none', async () => {
    await mkdir(join(home, 'cloud'));
    expect(await runProgram(['up', '--home', home, '--port', 'http'])).toBe(1);
    expect(printed.errors).toContain('The port "http" cannot be read');
  });
});
