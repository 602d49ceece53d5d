/**
 * The automatic checks of verification: everything that a machine can find wrong with a packet, all at once.
 *
 * A problem in one field never hides a problem in another: what cannot be read is reported, and the rest is checked
 * as far as it goes. `problems` stop the proposal until they are corrected; `warnings` are hints for the verifier.
 */

import { fileProblems } from '../asks/documents.ts';
import { holderMatch } from '../money/account-names.ts';
import { givenAccountProblems } from '../money/rail.ts';
import { formatRupiah, type Rupiah, rupiahSchema, sumRupiah, zeroRupiah } from '../money/rupiah.ts';
import { readNik } from '../people/nik.ts';
import { mobileNumber } from '../people/phone.ts';
import { type RegionDirectory, regencyOf } from '../people/region.ts';
import { present } from '../present.ts';
import type { RulePack } from '../programme.ts';
import { type Problem, problem } from '../text/problem.ts';
import { ageOn } from '../working-days.ts';
import { type MediaType, nameFits } from './media-type.ts';
import type { Attachment, Member, Packet, RabLine } from './packet.ts';
import type { PacketParts, PacketReading, SoundList } from './reader.ts';

/** A file that lies under the packet's `attachments/`. */
export interface FoundFile {
  name: string;
  /** Which version of the object was read, where the bucket keeps versions. */
  versionId?: string | undefined;
  bytes: number;
  /** The SHA-256 of its bytes, in lower-case hexadecimal. */
  sha256: string;
  /** What its first bytes say it is (`sniffMediaType`). */
  mediaType: MediaType | null;
}

/** What the checks compare the packet with. */
export interface CheckContext {
  /** The pack that the proposal is pinned to, from the first packet that named one on. */
  pinned?: RulePack | undefined;
  /** The packs that take new proposals today. */
  inForce: readonly RulePack[];
  regions: RegionDirectory;
  found: readonly FoundFile[];
  /** Today in Jakarta, `yyyy-mm-dd`. */
  today: string;
  /** Whether members without an e-mail address can be asked by text message. */
  texts?: boolean;
}

/** What the checks found. The packet may be accepted if `packet` and `pack` are there and `problems` is empty. */
export interface CheckResult {
  packet?: Packet;
  pack?: RulePack;
  problems: Problem[];
  warnings: Problem[];
}

/** Checks what was read of a `proposal.json` against everything known. */
export function checkPacket(reading: PacketReading, context: CheckContext): CheckResult {
  if (reading.parts === undefined) return { problems: reading.problems, warnings: [] };
  const { parts } = reading;
  const pack = context.pinned ?? context.inForce.find((one) => one.id === parts.programme);
  const problems = [...reading.problems, ...programmeProblems(parts.programme, pack, context)];
  problems.push(...memberProblems(parts), ...regionProblems(parts, context.regions), ...rabProblems(parts));
  if (pack !== undefined) {
    problems.push(
      ...groupProblems(parts, pack, context),
      ...amountProblems(parts, pack),
      ...givenAccountProblems(pack.payment.rail, parts.account, '/account/'),
      ...attachmentProblems(parts, pack, context.found),
    );
  }
  return {
    ...present({ packet: reading.packet, pack }),
    problems: withoutRepeats(problems),
    warnings: warningsOf(parts, context.found),
  };
}

function programmeProblems(
  programme: string | undefined,
  pack: RulePack | undefined,
  { pinned, inForce, today }: CheckContext,
): Problem[] {
  if (programme === undefined) return [];
  if (pinned !== undefined) {
    const facts = { pinned: pinned.id, programme };
    return programme === pinned.id ? [] : [problem('programme-changed', '/programme', facts)];
  }
  if (pack !== undefined) return [];
  const known = inForce.map((one) => one.id).join(', ');
  return [problem('programme-unknown', '/programme', { programme, date: today, known })];
}

/** NIK by NIK, and members named twice. */
function memberProblems({ members, group }: PacketParts): Problem[] {
  const problems: Problem[] = [];
  const byNik = new Map<string, number>();
  const numbers = new Set<number>();
  for (const { index, item } of members.items) {
    const at = `/members/${index}`;
    const number = item.number ?? index + 1;
    if (item.number !== undefined) {
      if (numbers.has(item.number))
        problems.push(problem('member-number-doubled', `${at}/number`, { number }));
      numbers.add(item.number);
    }
    if (item.nik === undefined) continue;
    problems.push(...readNik(item.nik, item, `${at}/nik`).problems);
    const other = byNik.get(item.nik);
    if (other === undefined) byNik.set(item.nik, number);
    else problems.push(problem('member-nik-doubled', `${at}/nik`, { number, other }));
  }
  if (group.leader !== undefined && members.whole && !numbers.has(group.leader)) {
    problems.push(problem('leader-not-a-member', '/group/leader', { leader: group.leader }));
  }
  return problems;
}

function groupProblems(
  { members }: PacketParts,
  pack: RulePack,
  { today, texts }: Pick<CheckContext, 'today' | 'texts'>,
): Problem[] {
  if (!members.isList) return [];
  const problems: Problem[] = [];
  const { size, age } = pack.group;
  const count = members.items.length;
  if (count < size.min) problems.push(problem('group-too-small', '/members', { count, minimum: size.min }));
  if (count > size.max) problems.push(problem('group-too-large', '/members', { count, maximum: size.max }));
  for (const { index, item } of members.items) {
    if (item.birthDate === undefined) continue;
    const years = ageOn(item.birthDate, today);
    const facts = { number: item.number ?? index + 1, age: years, date: today };
    const where = `/members/${index}/birthDate`;
    if (years < age.min) problems.push(problem('member-too-young', where, { ...facts, minimum: age.min }));
    if (years > age.max) problems.push(problem('member-too-old', where, { ...facts, maximum: age.max }));
  }
  const { required, quorum } = pack.verification.membership;
  // A member who shares an address or a number with another is asked there too, but the other may answer for them.
  const ways = new Set(
    members.items.flatMap(
      ({ item }) =>
        item.email?.toLowerCase() ?? (texts === true ? mobileNumber(item.phone) : undefined) ?? [],
    ),
  );
  if (required && ways.size < quorum) {
    const code = texts === true ? 'too-few-contacts' : 'too-few-reachable';
    problems.push(problem(code, '/members', { count: ways.size, needed: quorum }));
  }
  return problems;
}

function regionProblems({ group }: PacketParts, regions: RegionDirectory): Problem[] {
  const { village } = group;
  if (village === undefined) return [];
  // A village's code has four levels; the code of a whole district is not a place to visit.
  const known = village.split('.').length === 4 && regions.has(village);
  return known ? [] : [problem('village-unknown', '/group/village', { village })];
}

/** Each line by itself, and all lines against the amount asked. */
function rabProblems({ rab, amountAsked }: PacketParts): Problem[] {
  const problems: Problem[] = [];
  for (const { index, item } of rab.items) {
    const { quantity, unitPrice, total } = item;
    if (quantity === undefined || unitPrice === undefined || total === undefined) continue;
    // Quantities may have fractions (2.5 m³); a line is rounded to the whole rupiah.
    const expected = rupiahSchema.safeParse(Math.round(quantity * unitPrice));
    if (expected.data === total) continue;
    const facts = {
      quantity,
      unitPrice: formatRupiah(unitPrice),
      total: formatRupiah(total),
      expected: expected.success ? formatRupiah(expected.data) : '∞',
    };
    problems.push(problem('rab-line-wrong', `/rab/${index}/total`, facts));
  }
  const sum = totalOf(rab, () => true);
  if (sum !== undefined && amountAsked !== undefined && sum !== amountAsked) {
    const facts = { sum: formatRupiah(sum), asked: formatRupiah(amountAsked) };
    problems.push(problem('rab-sum-wrong', '/amountAsked', facts));
  }
  return problems;
}

function amountProblems(parts: PacketParts, pack: RulePack): Problem[] {
  const { amountAsked, members } = parts;
  const rule = pack.amount;
  const problems: Problem[] = [];
  if (rule.kind === 'fixed') {
    if (amountAsked !== undefined && amountAsked !== rule.amount) {
      const facts = { asked: formatRupiah(amountAsked), amount: formatRupiah(rule.amount) };
      problems.push(problem('amount-not-fixed', '/amountAsked', facts));
    }
    return problems;
  }
  if (amountAsked !== undefined && amountAsked > rule.maximum) {
    const facts = { asked: formatRupiah(amountAsked), maximum: formatRupiah(rule.maximum) };
    problems.push(problem('amount-too-large', '/amountAsked', facts));
  }
  const { works } = parts;
  if (works === undefined) return [...problems, problem('works-missing', '/plan/works')];
  const { days, workers, dayRate } = works;
  if (days !== undefined && (days < rule.days.min || days > rule.days.max)) {
    const facts = { days, minimum: rule.days.min, maximum: rule.days.max };
    problems.push(problem('works-days-outside', '/plan/works/days', facts));
  }
  if (dayRate !== undefined && dayRate > rule.maxDayRate) {
    const facts = { dayRate: formatRupiah(dayRate), maximum: formatRupiah(rule.maxDayRate) };
    problems.push(problem('works-day-rate-too-high', '/plan/works/dayRate', facts));
  }
  if (workers !== undefined && members.isList && workers !== members.items.length) {
    const facts = { workers, members: members.items.length };
    problems.push(problem('works-workers-differ', '/plan/works/workers', facts));
  }
  const labour = totalOf(parts.rab, (line) => line.category === 'labour');
  if (labour !== undefined && days !== undefined && workers !== undefined && dayRate !== undefined) {
    const expected = rupiahSchema.safeParse(workers * days * dayRate);
    if (expected.data !== labour) {
      const facts = {
        ...{ workers, days, dayRate: formatRupiah(dayRate), labour: formatRupiah(labour) },
        expected: expected.success ? formatRupiah(expected.data) : '∞',
      };
      problems.push(problem('works-labour-wrong', '/rab', facts));
    }
  }
  const others = totalOf(parts.rab, (line) => line.category !== 'labour');
  const percent = rule.maxMaterialsPercent;
  if (others !== undefined && amountAsked !== undefined && others * 100 > amountAsked * percent) {
    problems.push(problem('works-materials-too-large', '/rab', { materials: formatRupiah(others), percent }));
  }
  return problems;
}

/** The sum of the lines that fit, or nothing if a line cannot be read or the sum is not an amount. */
function totalOf(rab: SoundList<RabLine>, fits: (line: Partial<RabLine>) => boolean): Rupiah | undefined {
  if (!rab.isList) return undefined;
  const totals: Rupiah[] = [];
  for (const { item } of rab.items) {
    if (item.total === undefined || item.category === undefined) return undefined;
    if (fits(item)) totals.push(item.total);
  }
  const sum = totals.reduce((all, total) => all + total, 0);
  return Number.isSafeInteger(sum) ? sumRupiah([zeroRupiah, ...totals]) : undefined;
}

function attachmentProblems(parts: PacketParts, pack: RulePack, found: readonly FoundFile[]): Problem[] {
  const { attachments } = parts;
  if (!attachments.isList) return [];
  const problems: Problem[] = [];
  const names = new Set<string>();
  const numbers = parts.members.items.flatMap(({ item }) => item.number ?? []);
  for (const { index, item } of attachments.items) {
    const { name, type, member } = item;
    const at = `/attachments/${index}`;
    const rule = pack.attachments.find((one) => one.type === type);
    if (type !== undefined && rule === undefined) {
      const known = pack.attachments.map((one) => one.type).join(', ');
      problems.push(problem('attachment-type-unknown', `${at}/type`, { type, known }));
    }
    if (member !== undefined && parts.members.whole && !numbers.includes(member)) {
      problems.push(problem('attachment-member-unknown', `${at}/member`, { member }));
    }
    if (name === undefined) continue;
    if (names.has(name)) problems.push(problem('attachment-name-doubled', `${at}/name`, { name }));
    else problems.push(...uploadProblems({ ...item, name }, rule, found));
    names.add(name);
  }
  problems.push(...missingTypes(attachments, numbers, pack));
  return problems;
}

/** The file as it lies there, against what the packet says of it and what the rule allows. */
function uploadProblems(
  attachment: Partial<Attachment> & { name: string },
  rule: RulePack['attachments'][number] | undefined,
  found: readonly FoundFile[],
): Problem[] {
  const { name, bytes, sha256 } = attachment;
  const file = found.find((one) => one.name === name);
  if (file === undefined) return [problem('attachment-not-uploaded', name, { name })];
  const problems: Problem[] = [];
  if (sha256 !== undefined && sha256 !== file.sha256)
    problems.push(problem('attachment-altered', name, { name }));
  if (bytes !== undefined && bytes !== file.bytes) {
    problems.push(problem('attachment-size-differs', name, { name, bytes, found: file.bytes }));
  }
  if (rule === undefined) return problems;
  const content = fileProblems(name, file.bytes, file.mediaType, rule);
  problems.push(...content);
  if (content.length === 0 && file.mediaType !== null && !nameFits(name, file.mediaType)) {
    problems.push(problem('attachment-name-misleads', name, { name, found: file.mediaType }));
  }
  return problems;
}

function missingTypes(attachments: SoundList<Attachment>, numbers: number[], pack: RulePack): Problem[] {
  return pack.attachments
    .filter((rule) => rule.required)
    .flatMap((rule) => {
      const { type } = rule;
      const listed = attachments.items.filter(({ item }) => item.type === type);
      if (!rule.perMember) {
        const facts = { type, memberId: '', memberEn: '' };
        return listed.length > 0 ? [] : [problem('attachment-type-missing', '/attachments', facts)];
      }
      return numbers
        .filter((number) => !listed.some(({ item }) => item.member === number))
        .map((number) => {
          const memberId = ` untuk anggota nomor ${number}`;
          const facts = { type, memberId, memberEn: ` for member number ${number}` };
          return problem('attachment-type-missing', '/attachments', facts);
        });
    });
}

/** What is worth a look but stops nothing. */
function warningsOf(parts: PacketParts, found: readonly FoundFile[]): Problem[] {
  const { members, group, account, attachments } = parts;
  const warnings: Problem[] = [];
  if (group.village !== undefined) {
    const addressRegion = regencyOf(group.village);
    for (const { index, item } of members.items) {
      const nik = item.nik === undefined ? undefined : readNik(item.nik).parts;
      const nikRegion = nik === undefined ? undefined : regencyOf(nik.region);
      // The number stays with its holder when they move, so this is never a rejection.
      if (nikRegion !== undefined && nikRegion !== addressRegion) {
        warnings.push(problem('nik-region-differs', `/members/${index}/nik`, { nikRegion, addressRegion }));
      }
    }
  }
  warnings.push(
    ...shared(
      members,
      'phone-shared',
      'phone',
      ({ phone }) => mobileNumber(phone) ?? phone?.replaceAll(/[ -]/g, ''),
    ),
    ...shared(members, 'email-shared', 'email', ({ email }) => email?.toLowerCase()),
  );
  if (group.name !== undefined && account.holder !== undefined)
    warnings.push(...holderWarnings(account.holder, group.name));
  const listed = new Set(attachments.items.map(({ item }) => item.name));
  for (const { name } of found.filter((file) => attachments.whole && !listed.has(file.name))) {
    warnings.push(problem('attachment-unlisted', name, { name }));
  }
  return warnings;
}

/** A name that is not the group's letter by letter is looked at by people: banks shorten names, and so do those who deceive. */
function holderWarnings(holder: string, group: string): Problem[] {
  switch (holderMatch(holder, group)) {
    case 'same':
      return [];
    case 'near':
      return [problem('account-holder-near', '/account/holder', { group })];
    case 'other':
      return [problem('account-not-the-groups', '/account/holder', { group })];
  }
}

function shared(
  members: SoundList<Member>,
  code: 'phone-shared' | 'email-shared',
  field: string,
  comparable: (member: Partial<Member>) => string | undefined,
): Problem[] {
  const first = new Map<string, number>();
  return members.items.flatMap(({ index, item }) => {
    const value = comparable(item);
    const number = item.number ?? index + 1;
    if (value === undefined) return [];
    const other = first.get(value);
    if (other === undefined) first.set(value, number);
    return other === undefined ? [] : [problem(code, `/members/${index}/${field}`, { number, other })];
  });
}

function withoutRepeats(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ code, where, facts }) => {
    const key = JSON.stringify([code, where, facts]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
