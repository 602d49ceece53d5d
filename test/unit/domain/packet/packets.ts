/** Sound packets to start a test from, one for each kind of programme; each test then breaks what it is about. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { CheckContext, FoundFile } from '#domain/packet/checks.ts';
import type { MediaType } from '#domain/packet/media-type.ts';
import type { PacketInput } from '#domain/packet/packet.ts';
import { type PacketReading, readPacket } from '#domain/packet/reader.ts';
import { type RegionDirectory, regionDirectory } from '#domain/people/region.ts';
import type { RulePack } from '#domain/programme.ts';
import { newestRulePack, newestRulePacks } from '#programmes/index.ts';

const today = '2020-08-03';
export const tkm = newestRulePack('tkm-2020');
export const padatKarya = newestRulePack('padat-karya-2020');
export const twoTranches = newestRulePack('tkm-2020-two-tranches');

function csv(name: string) {
  return readFileSync(
    new URL(`../../../../node_modules/idn-area-data/data/${name}.csv`, import.meta.url),
    'utf8',
  );
}

/** All of Indonesia, from the package that the application uses. */
export const regions: RegionDirectory = regionDirectory({
  provinces: csv('provinces'),
  regencies: csv('regencies'),
  districts: csv('districts'),
  villages: csv('villages'),
});

/** What is read of a text that was saved as UTF-8. */
export function readText(text: string): PacketReading {
  return readPacket(Buffer.from(text));
}

function two(number: number) {
  return String(number).padStart(2, '0');
}

/** A packet in order, as plain JSON. */
export function soundPacket(pack: RulePack = tkm): PacketInput {
  const count = pack.group.size.min;
  const members = Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    const woman = number % 2 === 0;
    return {
      number,
      name: `Anggota ${number}`,
      nik: `330215${two(number + (woman ? 40 : 0))}0585${String(number).padStart(4, '0')}`,
      birthDate: `1985-05-${two(number)}`,
      sex: woman ? ('P' as const) : ('L' as const),
      phone: `0812000000${two(number)}`,
      email: `anggota${number}@kelompok.example`,
      address: `Jalan Contoh ${number}`,
    };
  });
  const works = { description: 'Saluran air desa', days: 10, workers: count, dayRate: 100_000 };
  const rab =
    pack.amount.kind === 'fixed'
      ? [rabLine('Mesin jahit', 10, 'unit', 3_000_000), rabLine('Kain', 100, 'm', 100_000)]
      : [
          { ...rabLine('Upah pekerja', 200, 'hari', 100_000), category: 'labour' as const },
          rabLine('Semen', 100, 'sak', 60_000),
        ];
  return {
    schemaVersion: 1,
    programme: pack.id,
    group: {
      name: 'Kelompok Sumber Rejeki',
      village: '33.02.15.2003',
      address: 'Balai desa',
      businessField: 'konveksi',
      leader: 1,
    },
    members,
    plan: {
      title: 'Rencana kegiatan',
      summary: 'Ringkasan',
      activities: ['Belanja', 'Bekerja'],
      ...(pack.amount.kind === 'works' ? { works } : {}),
    },
    rab,
    amountAsked: rab.reduce((sum, line) => sum + line.total, 0),
    account: { bankCode: '009', number: '0012345678', holder: 'KEL SUMBER REJEKI' },
    contact: { name: 'Anggota 1', email: 'ketua@kelompok.example', phone: '081200000001', language: 'id' },
    attachments: pack.attachments.flatMap((rule) =>
      (rule.perMember ? members.map((member) => member.number) : [undefined]).map((member) => {
        const name = member === undefined ? `${rule.type}.pdf` : `${rule.type}-${two(member)}.pdf`;
        const file = foundFile(name);
        return {
          name,
          type: rule.type,
          sha256: file.sha256,
          bytes: file.bytes,
          ...(member === undefined ? {} : { member }),
        };
      }),
    ),
  };
}

function rabLine(item: string, quantity: number, unit: string, unitPrice: number) {
  return { item, quantity, unit, unitPrice, total: quantity * unitPrice, category: 'material' as const };
}

/** A file that lies in the folder just as the packet says. */
export function foundFile(name: string, mediaType: MediaType | null = 'application/pdf'): FoundFile {
  const sha256 = createHash('sha256').update(name).digest('hex');
  return { name, versionId: `v-${sha256.slice(0, 12)}`, bytes: 1000 + name.length, sha256, mediaType };
}

/** Everything around a packet in order: all its files are there. */
export function contextOf(packet: PacketInput, change: Partial<CheckContext> = {}): CheckContext {
  return {
    inForce: newestRulePacks(),
    regions,
    found: packet.attachments.map((attachment) => foundFile(attachment.name)),
    today,
    ...change,
  };
}
