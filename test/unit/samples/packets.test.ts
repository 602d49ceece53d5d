import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type PacketFolder, readPacketFolder } from '#cli/packet-folder.ts';
import { peopleIn } from '#cli/people/sheet.ts';
import { readTable } from '#cli/people/table.ts';
import { checkPacket, type FoundFile } from '#domain/packet/checks.ts';
import { sniffMediaType } from '#domain/packet/media-type.ts';
import { readPacket } from '#domain/packet/reader.ts';
import { regionDirectory } from '#domain/people/region.ts';
import { budgetFileSchema, readPeople, readSettings } from '#domain/settings.ts';
import { settingsFor } from '#players/directory.ts';
import { newestRulePacks } from '#programmes/index.ts';
import { syntheticGroup } from '#samples/groups.ts';
import { attachmentOf, proposalText } from '#samples/packet.ts';

function areaFile(name: string) {
  return readFile(new URL(import.meta.resolve(`idn-area-data/data/${name}.csv`)), 'utf8');
}
const regions = regionDirectory({
  provinces: await areaFile('provinces'),
  regencies: await areaFile('regencies'),
  districts: await areaFile('districts'),
  villages: await areaFile('villages'),
});

function found(attachments: ReadonlyMap<string, Uint8Array>): FoundFile[] {
  return [...attachments].map(([name, bytes]) => {
    const { sha256 } = attachmentOf(name, '', bytes);
    return { name, bytes: bytes.length, sha256, mediaType: sniffMediaType(bytes) };
  });
}

function check(folder: PacketFolder) {
  return checkPacket(readPacket(Buffer.from(folder.proposal)), {
    inForce: newestRulePacks(),
    regions,
    found: found(folder.attachments),
    today: '2020-10-05',
  });
}

function folder(name: string) {
  return fileURLToPath(new URL(`../../../samples/packets/${name}`, import.meta.url));
}

describe('the sample packets', () => {
  test('Padat Karya fulfils the rules', async () => {
    expect(check(await readPacketFolder(folder('padat-karya-gunungkidul'))).problems).toEqual([]);
  });

  test('TKM has one mistake: a total in its budget', async () => {
    const { problems } = check(await readPacketFolder(folder('tkm-banyumas')));
    expect(problems.map(({ where }) => where)).toContain('/rab/0/total');
  });

  test('TKM corrected fulfils the rules', async () => {
    const corrected = await readPacketFolder(folder('tkm-banyumas'), 'proposal.corrected.json');
    expect(check(corrected).problems).toEqual([]);
  });
});

describe('synthetic groups', () => {
  test.each(newestRulePacks().map((pack) => [pack.id, pack] as const))(
    'of %s fulfil the rules',
    (_, pack) => {
      for (let number = 1; number <= 20; number++) {
        const { proposal, attachments } = syntheticGroup(pack, number);
        const text = Buffer.from(proposalText(proposal));
        expect(check({ proposal: text, attachments: new Map(attachments) }).problems).toEqual([]);
      }
    },
  );

  test('share no person and no account', () => {
    const [pack] = newestRulePacks();
    if (pack === undefined) throw new Error('There is no rule-pack.');
    const groups = Array.from({ length: 300 }, (_, index) => syntheticGroup(pack, index + 1).proposal);
    const niks = groups.flatMap(({ members }) => members.map(({ nik }) => nik));
    expect(new Set(niks).size).toBe(niks.length);
    expect(new Set(groups.map(({ account }) => account.number)).size).toBe(groups.length);
  });
});

describe('the sample settings', () => {
  test('are sound for any year', async () => {
    const { people, budgets } = await settingsFor([2020, 2027]);
    expect(readPeople(people, regions).problems).toEqual([]);
    expect(readSettings(budgetFileSchema, budgets).problems).toEqual([]);
  });

  test('have a table that says the same as the directory', async () => {
    const { people } = await settingsFor([2020]);
    const { table = [] } = await readTable(
      await readFile(new URL('../../../samples/settings/people.csv', import.meta.url)),
    );
    expect(peopleIn(table, regions)).toEqual({ file: readPeople(people, regions).file, problems: [] });
  });
});
