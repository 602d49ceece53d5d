/**
 * The one reader of a `proposal.json`: from the bytes of the file, parsed once, come the packet, what is wrong with it,
 * whom to write to, and which attachments are on their way.
 *
 * It judges the file and its shape only; `checks.ts` compares what was read with everything else. A problem in one field
 * never hides another, and nothing here throws, whatever the bytes are.
 */
import * as z from 'zod';
import { type Rupiah, rupiahSchema } from '../money/rupiah.ts';
import {
  type JsonFault,
  type JsonFaultKind,
  type JsonReading,
  placeOf,
  readJsonFile,
} from '../text/json-file.ts';
import { type Problem, problem } from '../text/problem.ts';
import type { ProblemCode } from '../text/problem-texts.ts';
import { problemsOf } from '../text/zod-problems.ts';
import {
  type Attachment,
  attachmentSchema,
  bankAccountSchema,
  groupSchema,
  type Member,
  maxPacketBytes,
  memberSchema,
  type Packet,
  packetSchema,
  planSchema,
  type RabLine,
  rabLineSchema,
  textSchema,
  worksSchema,
} from './packet.ts';

/** A list's sound fields, item by item, with the place of each; `whole` if the list and all its items are sound. */
export interface SoundList<Item> {
  items: { index: number; item: Partial<Item> }[];
  isList: boolean;
  whole: boolean;
}

/** The sound fields of a packet that may be broken elsewhere. */
export interface PacketParts {
  programme?: string | undefined;
  group: Partial<z.output<typeof groupSchema>>;
  members: SoundList<Member>;
  works?: Partial<z.output<typeof worksSchema>> | undefined;
  plan: Partial<z.output<typeof planSchema>>;
  rab: SoundList<RabLine>;
  amountAsked?: Rupiah | undefined;
  account: Partial<z.output<typeof bankAccountSchema>>;
  attachments: SoundList<Attachment>;
}

/** Whom to write to about a packet that may be broken. */
export interface SalvagedContact {
  email: string;
  name?: string;
  language: 'id' | 'en';
}

/** What could be read of a packet. */
export interface PacketReading {
  /** Only if file and shape are sound. */
  packet?: Packet;
  /** The programme that it names, if that much can be read. */
  programme?: string;
  /** Only if the file was read to its end, and is of a schema that we know. */
  parts?: PacketParts;
  problems: Problem[];
  /** As far as it can be found, in whatever state the file is. */
  contact: SalvagedContact | undefined;
  /** The names that the packet lists, in order, each once, as far as they can be read. */
  attachmentNames: readonly string[];
}

/** Reads the bytes of a `proposal.json`. */
export function readPacket(bytes: Uint8Array): PacketReading {
  if (bytes.length > maxPacketBytes) return unreadPacket(packetTooLarge(bytes.length));
  const file = readJsonFile(bytes);
  const found = { contact: contactOf(file), attachmentNames: attachmentNamesOf(file.value) };
  const faults = [
    ...file.faults.map(faultProblem),
    ...file.doubled.map((pointer) => problem('field-doubled', pointer)),
  ];
  if (!file.complete) return { ...found, problems: faults };
  const raw = membersOf(file.value);
  if (raw === undefined)
    return {
      ...found,
      problems: [...faults, problem('field-wrong-kind', '', { expected: 'objek / object' })],
    };
  // Of a later schema nothing can be judged, so nothing else is said about it.
  if (raw.schemaVersion !== undefined && raw.schemaVersion !== 1) {
    const version = String(raw.schemaVersion).slice(0, 20);
    const unknown = problem('schema-version-unknown', '/schemaVersion', { version });
    return { ...found, problems: [...faults, unknown] };
  }
  const read = packetSchema.safeParse(file.value, { reportInput: true });
  const parts = partsOf(raw);
  return {
    ...found,
    ...(read.success && faults.length === 0 ? { packet: read.data } : {}),
    ...(parts.programme !== undefined && { programme: parts.programme }),
    parts,
    problems: [...faults, ...(read.success ? [] : problemsOf(read.error))],
  };
}

/** The reading of a file whose bytes are not at hand. @param contact an address that was given with the upload */
export function unreadPacket(why: Problem, contact?: string): PacketReading {
  return { problems: [why], contact: contactFrom({ email: contact }), attachmentNames: [] };
}

/** @param bytes the size of the file */
export function packetTooLarge(bytes: number): Problem {
  return problem('packet-too-large', '', { bytes, maxBytes: maxPacketBytes });
}

const faultCodes = {
  empty: 'json-empty',
  encoding: 'json-encoding',
  'web-page': 'json-web-page',
  'other-file': 'json-other-file',
  'curly-quotes': 'json-curly-quotes',
  'single-quotes': 'json-single-quotes',
  'trailing-comma': 'json-trailing-comma',
  comment: 'json-comment',
  'line-break': 'json-line-break',
  backslash: 'json-backslash',
  'odd-space': 'json-odd-space',
  'number-form': 'json-number-form',
  word: 'json-word',
  'cut-off': 'json-cut-off',
  'after-end': 'json-after-end',
  'too-deep': 'json-too-deep',
  unexpected: 'not-json',
} as const satisfies Record<JsonFaultKind, ProblemCode>;

function faultProblem(fault: JsonFault): Problem {
  const { kind, line, column } = fault;
  return kind === 'unexpected'
    ? problem('not-json', '', { detail: placeOf(fault) })
    : problem(faultCodes[kind], '', { line, column });
}

/** The contact in what was read, or else the first well-formed address behind the word "contact". Nothing is guessed beyond that. */
function contactOf({ value, text, complete }: JsonReading): SalvagedContact | undefined {
  const known = contactFrom(membersOf(membersOf(value)?.contact) ?? {});
  if (known !== undefined || complete) return known;
  const behind = /["\u201c\u201d']contact["\u201c\u201d']\s*:([\s\S]{0,2000})/.exec(text)?.[1] ?? '';
  const email =
    /["\u201c\u201d']email["\u201c\u201d']\s*:\s*["\u201c\u201d']([^"'\u201c\u201d\\]{3,254})["\u201c\u201d']/;
  return contactFrom({ email: email.exec(behind)?.[1] });
}

/** A contact of which only the address must be sound. */
export function contactFrom(raw: {
  email?: unknown;
  name?: unknown;
  language?: unknown;
}): SalvagedContact | undefined {
  const email = z.email().max(254).safeParse(raw.email);
  if (!email.success) return undefined;
  const name = textSchema(100).safeParse(raw.name);
  return {
    email: email.data,
    ...(name.success ? { name: name.data } : {}),
    language: raw.language === 'en' ? 'en' : 'id',
  };
}

/** The names, whatever else is wrong with the list: a packet with mistakes still says what is on its way. */
function attachmentNamesOf(value: unknown): string[] {
  const attachments = membersOf(value)?.attachments;
  if (!Array.isArray(attachments)) return [];
  const list: unknown[] = attachments;
  const names = list.map((one) => membersOf(one)?.name);
  return [...new Set(names.filter((name) => typeof name === 'string'))].filter((name) => name !== '');
}

function partsOf(raw: Record<string, unknown>): PacketParts {
  const programme = packetSchema.shape.programme.safeParse(raw.programme).data;
  const works = membersOf(raw.plan)?.works;
  return {
    programme,
    group: soundFields(groupSchema, raw.group),
    members: soundList(memberSchema, raw.members),
    plan: soundFields(planSchema, raw.plan),
    works: works === undefined ? undefined : soundFields(worksSchema, works),
    rab: soundList(rabLineSchema, raw.rab),
    amountAsked: rupiahSchema.safeParse(raw.amountAsked).data,
    account: soundFields(bankAccountSchema, raw.account),
    attachments: soundList(attachmentSchema, raw.attachments),
  };
}

/** The fields of an object that are sound by themselves. */
function soundFields<Shape extends z.core.$ZodLooseShape>(
  schema: z.ZodObject<Shape>,
  raw: unknown,
): Partial<z.output<z.ZodObject<Shape>>> {
  const members = membersOf(raw) ?? {};
  const shape: Record<string, z.core.$ZodType> = schema.shape;
  const sound = Object.entries(shape).flatMap(([name, field]) => {
    if (members[name] === undefined) return [];
    const read = z.safeParse(field, members[name]);
    return read.success ? [[name, read.data] as const] : [];
  });
  // Each field was read by its own schema, which is what the type says.
  return Object.fromEntries(sound) as Partial<z.output<z.ZodObject<Shape>>>;
}

function soundList<Shape extends z.core.$ZodLooseShape>(
  schema: z.ZodObject<Shape>,
  raw: unknown,
): SoundList<z.output<z.ZodObject<Shape>>> {
  if (!Array.isArray(raw)) return { items: [], isList: false, whole: false };
  // Beyond any allowed length only the length is judged.
  const list: unknown[] = raw.slice(0, 500);
  return {
    items: list.map((one, index) => ({ index, item: soundFields(schema, one) })),
    isList: true,
    whole: list.every((one) => schema.safeParse(one).success),
  };
}

function membersOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}
