import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PacketNotWhole, readWhole } from '#cli/commands/submit.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jaring-packet-'));
  await mkdir(join(folder, 'attachments'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a packet on its way out', () => {
  test('is refused without proposal.json', async () => {
    await expect(readWhole(folder, 'proposal.json')).rejects.toThrow('there is no proposal.json in it');
  });

  test('is refused when proposal.json is not JSON', async () => {
    await writeFile(join(folder, 'proposal.json'), '{"group": ');
    await expect(readWhole(folder, 'proposal.json')).rejects.toThrow('proposal.json is not JSON');
  });

  test('is refused with every attachment that is listed but not there', async () => {
    const attachments = ['a.pdf', 'b.pdf', 'c.pdf'].map((name) => ({ name }));
    await writeFile(join(folder, 'proposal.json'), JSON.stringify({ attachments }));
    await writeFile(join(folder, 'attachments/b.pdf'), '%PDF-1.4');
    const refusal = await readWhole(folder, 'proposal.json').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(PacketNotWhole);
    expect(String(refusal)).toMatch(/a\.pdf.*\n.*c\.pdf/);
    expect(String(refusal)).not.toContain('b.pdf');
  });

  test('is read with all that lies in it', async () => {
    await writeFile(join(folder, 'proposal.json'), JSON.stringify({ attachments: [{ name: 'a.pdf' }] }));
    await writeFile(join(folder, 'attachments/a.pdf'), '%PDF-1.4');
    const packet = await readWhole(folder, 'proposal.json');
    expect([...packet.attachments.keys()]).toEqual(['a.pdf']);
  });
});
