/**
 * Synthetic groups: sound packets of any number, the same for the same seed, made by the rules of a programme.
 *
 * Every person is invented; no two groups share a NIK, an account or a phone number; mail goes to `.example`
 * (RFC 2606). Villages are real, since their codes are checked.
 */
import { readFileSync } from 'node:fs';
import type { Attachment, PacketInput } from '#domain/packet/packet.ts';
import type { AttachmentRule, RulePack } from '#domain/programme.ts';
import { fileOfType } from './files.ts';
import { inventedName, mailName } from './names.ts';
import { attachmentOf, type SamplePacket } from './packet.ts';
import { type Random, seededRandom } from './random.ts';

/** What may be given about a group; the rest is invented. */
export interface GroupWishes {
  /** Distinguishes sets of groups; people of different seeds may share a NIK. */
  seed?: string;
  prefix?: string;
  name?: string;
  /** The dotted code of the village. */
  village?: string;
  businessField?: string;
  plan?: Pick<PacketInput['plan'], 'title' | 'summary' | 'activities'>;
  /** Padat Karya: what is built, in how many days, for which wage a day. */
  works?: { description: string; days: number; dayRate: number };
  /** The budget, line by line; it is taken as it is. */
  rab?: PacketInput['rab'];
  /** The date at which members are of age, `yyyy-mm-dd`: about the day of submission. */
  on?: string;
  bankCode?: string;
}

const fields: [string, ...string[]] = [
  'Keripik singkong',
  'Budidaya lele',
  'Batik tulis',
  'Tempe dan tahu',
  'Gula semut',
  'Anyaman bambu',
  'Jamur tiram',
  'Konveksi rumahan',
  'Ternak kambing',
  'Kopi bubuk',
  'Bengkel las',
  'Katering desa',
];
const groupNames: [string, ...string[]] = [
  'Sumber Rejeki',
  'Maju Bersama',
  'Karya Mandiri',
  'Tunas Harapan',
  'Sido Makmur',
  'Mekar Sari',
  'Bina Usaha',
  'Harapan Jaya',
  'Rukun Tani',
  'Guyub Rukun',
];
/** How many digits accounts have at the banks that groups are given. */
const accountDigits: Readonly<Record<string, number>> = {
  '002': 15,
  '008': 13,
  '009': 10,
  '014': 10,
  '200': 16,
  '451': 10,
};
const banks: [string, ...string[]] = ['002', '008', '009', '014', '200', '451'];

/** People of a seed get numbers of their own, so that no two share a NIK: 9,998 serials on each of 28 days. */
const serials = 9998;

/**
 * A group that fulfils the rules of the pack.
 *
 * @param number the group's number within its seed, from 1
 */
export function syntheticGroup(pack: RulePack, number: number, wishes: GroupWishes = {}): SamplePacket {
  const random = seededRandom(`${wishes.seed ?? 'groups'}/${pack.id}/${number}`);
  const digits = String(number).padStart(4, '0');
  const name = wishes.name ?? `Kelompok ${random.pick(groupNames)} ${number}`;
  const domain = `${wishes.prefix ?? `kelompok-${digits}`}.example`;
  const village = wishes.village ?? random.pick(villages());
  const size = pack.group.size.min;
  const on = wishes.on ?? '2020-10-05';
  const members = Array.from({ length: size }, (_, index) =>
    syntheticMember({ random, pack, on, village, domain, index, person: (number - 1) * 99 + index }),
  );
  const leader = members[0]?.name ?? '';
  const businessField = wishes.businessField ?? random.pick(fields);
  const works = pack.amount.kind === 'works' ? worksOf(pack.amount, size, wishes.works) : undefined;
  const rab = wishes.rab ?? rabOf(pack, works);
  const files = attachmentsOf(pack, name, members);
  const bankCode = wishes.bankCode ?? random.pick(banks);
  const length = accountDigits[bankCode] ?? 12;
  const contactMail = members[0]?.email ?? `ketua@${domain}`;
  return {
    prefix: wishes.prefix ?? `kelompok-${pack.id}-${digits}`,
    proposal: {
      schemaVersion: 1,
      programme: pack.id,
      group: { name, village, address: `Balai desa, RT 01 RW 01`, businessField, leader: 1 },
      members,
      plan: {
        ...(wishes.plan ?? {
          title: `${businessField} bersama`,
          summary: `Kelompok beranggotakan ${size} orang menjalankan usaha ${businessField.toLowerCase()}.`,
          activities: ['Belanja peralatan dan bahan', 'Pelatihan kerja', 'Produksi dan pemasaran'],
        }),
        ...(works !== undefined && { works }),
      },
      rab,
      amountAsked: rab.reduce((sum, line) => sum + line.total, 0),
      account: {
        bankCode,
        // A leading zero, because accounts have them and software loses them.
        number: `${String(1_000_000 + random.below(8_999_999))}${digits}`
          .slice(1 - length)
          .padStart(length, '0'),
        holder: name,
      },
      contact: { name: leader, email: contactMail, phone: members[0]?.phone ?? '', language: 'id' },
      attachments: files.map(({ attachment }) => attachment),
    },
    attachments: new Map(files.map(({ attachment, bytes }) => [attachment.name, bytes])),
  };
}

interface MemberFacts {
  random: Random;
  pack: RulePack;
  on: string;
  village: string;
  domain: string;
  index: number;
  person: number;
}

function syntheticMember({ random, pack, on, village, domain, index, person }: MemberFacts) {
  const sex = random.pick<'L' | 'P'>(['L', 'P']);
  const name = inventedName(random, sex);
  const youngest = Math.max(pack.group.age.min + 1, 18);
  const age = youngest + random.below(Math.min(pack.group.age.max - 1, 50) - youngest);
  // Who shares a serial number with another was born on another day of the month.
  const day = 1 + ((person * 7 + Math.floor(person / serials)) % 28);
  const month = 1 + random.below(12);
  const year = Number(on.slice(0, 4)) - age;
  const two = (value: number) => String(value).padStart(2, '0');
  const district = village.replaceAll('.', '').slice(0, 6);
  const serial = String((person % serials) + 1).padStart(4, '0');
  return {
    number: index + 1,
    name,
    nik: `${district}${two(sex === 'P' ? day + 40 : day)}${two(month)}${two(year % 100)}${serial}`,
    birthDate: `${year}-${two(month)}-${two(day)}`,
    sex,
    phone: `0812${String(10_000_000 + person).slice(-8)}`,
    // Every seventh member has a telephone only.
    ...(index % 7 !== 6 && { email: `${mailName(name)}.${index + 1}@${domain}` }),
    address: `RT 0${1 + random.below(5)} RW 0${1 + random.below(4)}`,
  } satisfies PacketInput['members'][number];
}

type Works = NonNullable<PacketInput['plan']['works']>;
type WorksRule = Extract<RulePack['amount'], { kind: 'works' }>;

function worksOf(rule: WorksRule, workers: number, wished: GroupWishes['works']): Works {
  if (wished !== undefined) return { ...wished, workers };
  // Wages take what the rule leaves besides the largest part for material, as far as the day rate reaches.
  const days = rule.days.max;
  const wages = Math.floor((rule.maximum * (100 - rule.maxMaterialsPercent)) / 100);
  const rate = Math.min(rule.maxDayRate, Math.floor(wages / (workers * days)));
  return {
    description: 'Perbaikan jalan usaha tani',
    days,
    workers,
    dayRate: Math.floor(rate / 1000) * 1000,
  };
}

function rabOf(pack: RulePack, works: Works | undefined): PacketInput['rab'] {
  const days = works === undefined ? 0 : works.workers * works.days;
  const wages = days * (works?.dayRate ?? 0);
  const goods = moneyForGoods(pack, wages);
  const tools = roundedDown(goods * 0.6);
  return [
    { ...line('Upah kerja', days, 'HOK', works?.dayRate ?? 0), category: 'labour' as const },
    { ...line('Peralatan', 1, 'paket', tools), category: 'material' as const },
    { ...line('Bahan baku', 1, 'paket', goods - tools), category: 'material' as const },
  ].filter(({ total }) => total > 0);
}

function line(item: string, quantity: number, unit: string, unitPrice: number) {
  return { item, quantity, unit, unitPrice, total: quantity * unitPrice };
}

/** What may be spent besides the wages: to the amount of the decree, or up to the share allowed. */
function moneyForGoods(pack: RulePack, wages: number): number {
  if (pack.amount.kind === 'fixed') return pack.amount.amount - wages;
  const byShare = (wages * pack.amount.maxMaterialsPercent) / (100 - pack.amount.maxMaterialsPercent);
  return roundedDown(Math.min(pack.amount.maximum - wages, byShare));
}

function roundedDown(value: number): number {
  return Math.floor(value / 100_000) * 100_000;
}

/** All papers that the pack wants, one for the group or one for each member. */
function attachmentsOf(pack: RulePack, group: string, members: readonly PacketInput['members'][number][]) {
  return pack.attachments
    .filter((rule) => rule.required)
    .flatMap((rule): { attachment: Attachment; bytes: Uint8Array }[] => {
      if (!rule.perMember) {
        const { bytes, ending } = paper(rule, [rule.name.id, group]);
        return [{ attachment: attachmentOf(`${rule.type}.${ending}`, rule.type, bytes), bytes }];
      }
      return members.map((member) => {
        const { bytes, ending } = paper(rule, [rule.name.id, member.name, group]);
        const name = `${rule.type}-${String(member.number).padStart(2, '0')}.${ending}`;
        return { attachment: attachmentOf(name, rule.type, bytes, member.number), bytes };
      });
    });
}

function paper(rule: Pick<AttachmentRule, 'mediaTypes' | 'perMember'>, lines: readonly string[]) {
  const wanted = rule.perMember ? ['image/jpeg', 'image/png', 'application/pdf'] : ['application/pdf'];
  const type = wanted.find((one) => rule.mediaTypes.some((allowed) => allowed === one)) ?? rule.mediaTypes[0];
  return fileOfType(type ?? 'application/pdf', lines);
}

let knownVillages: [string, ...string[]] | undefined;

/** Every village code of Indonesia. */
function villages(): [string, ...string[]] {
  if (knownVillages === undefined) {
    const text = readFileSync(new URL(import.meta.resolve('idn-area-data/data/villages.csv')), 'utf8');
    const codes = [...text.matchAll(/^\d{2}\.\d{2}\.\d{2}\.\d{4}/gm)].map(([code]) => code);
    knownVillages = ['33.02.15.2003', ...codes];
  }
  return knownVillages;
}
