/**
 * A proposal as it lies in the table: a small item with its state, which every step rewrites, and next to it items of
 * their own for what changes rarely or never (content, award, tranches, …) and for what is personal.
 *
 * The state names each of these parts with a hash of its value. A part is written only when its value changed, always
 * together with the state and under the state's version; a reader that meets a part of another hash has read during
 * a write, and reads again.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { involvementSchema } from '#domain/asks/separation.ts';
import { packetPrefixSchema, proposalIdSchema } from '#domain/identifiers.ts';
import { packReferenceSchema } from '#domain/programme.ts';
import { canonicalJson } from '#domain/proposal/audit.ts';
import { type Content, contentSchema } from '#domain/proposal/content.ts';
import { type Proposal, proposalSchema, stages } from '#domain/proposal/proposal.ts';
import type { Tranche } from '#domain/proposal/tranche.ts';
import { backoff } from '#functions/store/backoff.ts';
import { EarlierVersion, TooMuchContention } from '#functions/store/errors.ts';
import { type Key, keys } from '#functions/store/keys.ts';
import { pack, unpack } from '#functions/store/packed.ts';
import {
  type Attributes,
  type Connection,
  getItem,
  getItems,
  parseRecord,
  queryItems,
} from '#functions/store/table.ts';

/** Everything of a proposal that is not in its state, at whatever stage. */
interface Apart {
  content?: Content | undefined;
  contact?: object | undefined;
  problems?: readonly object[] | undefined;
  findings?: object | undefined;
  award?: object | undefined;
  tranches?: readonly Tranche[] | undefined;
  followUp?: object | undefined;
  deposits?: readonly object[] | undefined;
  wages?: object | undefined;
}

/** One item next to the state. */
export interface ProposalPart {
  name: string;
  value: object;
  /** Distinguishes this value from others of the same part. */
  hash: string;
}

/** The names of parts, as the sort key has them behind `PROPOSAL#`. */
const names = {
  content: 'CONTENT',
  /** Whom it is about: members, contact and account. */
  people: 'PEOPLE',
  problems: 'PROBLEMS',
  findings: 'FINDINGS',
  award: 'AWARD',
  tranche: (number: number) => `TRANCHE#${String(number).padStart(2, '0')}`,
  receipts: (number: number) => `RECEIPTS#${String(number).padStart(2, '0')}`,
  followUp: 'FOLLOWUP',
  deposits: 'DEPOSITS',
  wages: 'WAGES',
};

function hashOf(value: object) {
  return createHash('sha256').update(canonicalJson(value)).digest('base64url').slice(0, 8);
}

/** The values that are kept apart, by the names of their parts. */
function partValues(proposal: Proposal): [string, object][] {
  const { content, contact, problems, findings, award, tranches, followUp, deposits, wages }: Apart =
    proposal;
  const { members, contact: representative, account, ...submitted } = content ?? {};
  const found: [string, object | undefined][] = [
    [names.content, content && submitted],
    [names.people, content ? { members, contact: representative, account } : contact && { contact }],
    [names.problems, problems],
    [names.findings, findings],
    [names.award, award],
    ...(tranches ?? []).flatMap(({ receipts, ...tranche }): [string, object | undefined][] => [
      [names.tranche(tranche.number), tranche],
      [names.receipts(tranche.number), receipts],
    ]),
    [names.followUp, followUp],
    [names.deposits, deposits],
    [names.wages, wages],
  ];
  return found.flatMap(([name, value]): [string, object][] => (value === undefined ? [] : [[name, value]]));
}

/** The parts of a proposal. */
export function partsOf(proposal: Proposal): ProposalPart[] {
  return partValues(proposal).map(([name, value]) => ({ name, value, hash: hashOf(value) }));
}

/** The attributes of the state's item. */
export function stateOf(proposal: Proposal, parts: readonly ProposalPart[]): object {
  const whole: Proposal & Apart = proposal;
  const { content, contact, problems, findings, award, tranches, followUp, deposits, wages, ...state } =
    whole;
  return {
    ...state,
    ...(content !== undefined && { group: { name: content.group.name, village: content.group.village } }),
    parts: Object.fromEntries(parts.map(({ name, hash }) => [name, hash])),
  };
}

const partsSchema = z.record(z.string(), z.string());

/** What steps and pages know of a proposal that need nothing of its content. */
const proposalStateSchema = z.object({
  stage: z.enum(stages),
  version: z.int().min(1),
  id: proposalIdSchema,
  packetPrefix: packetPrefixSchema,
  revision: z.int().min(1),
  receivedAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  involvements: z.array(involvementSchema),
  pack: packReferenceSchema.optional(),
  /** Once the checks have taken over a content. */
  group: z.object({ name: z.string(), village: z.string() }).optional(),
  halted: z.object({ at: z.iso.datetime(), error: z.string() }).optional(),
});
export type ProposalState = z.output<typeof proposalStateSchema>;

/** The state as its item has it. @throws {EarlierVersion} for a proposal that was stored in one piece */
export function readState(key: Key, attributes: Attributes): ProposalState {
  if (attributes.parts === undefined) throw new EarlierVersion(`Proposal ${key.pk}`);
  return parseRecord(proposalStateSchema, key, attributes);
}

/** The names and hashes of the parts that a state has. */
function partsIn(key: Key, attributes: Attributes): [string, string][] {
  if (attributes.parts === undefined) throw new EarlierVersion(`Proposal ${key.pk}`);
  return Object.entries(parseRecord(partsSchema, key, attributes.parts));
}

const partValueSchema = z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]);

/** The attributes of a part's item. */
export function storedPart({ hash, value }: Pick<ProposalPart, 'hash' | 'value'>): object {
  return { hash, packed: pack(value) };
}

/**
 * The value of a part whose item has these attributes.
 *
 * @param hash as the state names it
 * @returns undefined where the item is of another moment than the state
 * @throws {EarlierVersion} for a part that is stored in clear
 */
function partValue(attributes: Attributes | undefined, hash: string | undefined) {
  if (attributes?.value !== undefined) throw new EarlierVersion('A part of a proposal');
  if (attributes === undefined || hash === undefined || attributes.hash !== hash) return undefined;
  return partValueSchema.safeParse(unpack(attributes.packed)).data;
}

/**
 * The state and the parts that it names, in one piece again and not parsed yet.
 *
 * @param items the items next to the state, by their names
 * @returns undefined where a part is of another moment than the state
 */
function joined(key: Key, state: Attributes, items: ReadonlyMap<string, Attributes>): Attributes | undefined {
  const values = new Map<string, object>();
  for (const [name, hash] of partsIn(key, state)) {
    const value = partValue(items.get(name), hash);
    if (value === undefined) return undefined;
    values.set(name, value);
  }
  const { parts: _, group: __, ...rest } = state;
  const content = values.get(names.content);
  const people = values.get(names.people);
  const tranches: object[] = [];
  for (let number = 1; values.has(names.tranche(number)); number++) {
    const receipts = values.get(names.receipts(number));
    tranches.push({ ...values.get(names.tranche(number)), ...present({ receipts }) });
  }
  return {
    ...rest,
    ...(content === undefined ? people : { content: { ...content, ...people } }),
    ...present({
      problems: values.get(names.problems),
      findings: values.get(names.findings),
      award: values.get(names.award),
      tranches: tranches.length > 0 ? tranches : undefined,
      followUp: values.get(names.followUp),
      deposits: values.get(names.deposits),
      wages: values.get(names.wages),
    }),
  };
}

/**
 * The proposals among the items of a whole table, in one piece each, as they are stored: for those who look at the table
 * from outside.
 */
export function proposalsAmong(items: Iterable<Key & Attributes>): Map<string, Attributes> {
  const states = new Map<string, Key & Attributes>();
  const parts = new Map<string, Map<string, Attributes>>();
  for (const item of items) {
    if (item.sk === stateKey) states.set(item.pk, item);
    if (!item.sk.startsWith(`${stateKey}#`)) continue;
    const found = parts.get(item.pk) ?? new Map<string, Attributes>();
    parts.set(item.pk, found.set(item.sk.slice(stateKey.length + 1), item));
  }
  return new Map(
    [...states].map(([pk, state]) => [pk, joined(state, state, parts.get(pk) ?? new Map()) ?? state]),
  );
}

const { sk: stateKey } = keys.proposal('');

/** The proposal of a state and the items next to it; undefined where these are of different moments. */
function composed(key: Key, state: Attributes, items: ReadonlyMap<string, Attributes>): Proposal | undefined {
  const whole = joined(key, state, items);
  return whole && parseRecord(proposalSchema, key, whole);
}

/** The fields that have a value. */
function present(fields: Record<string, unknown>) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Reads of a proposal before it is reported that others keep writing to it. */
const maxReads = 20;

/**
 * The whole proposal; undefined where there is none.
 *
 * The parts are read eventually consistent, because the state says whether they are the right ones; only if they are
 * not, all is read again, consistently.
 *
 * @param state the state, if the caller has just read it with something else
 * @throws {TooMuchContention} {EarlierVersion}
 */
export async function readProposal(
  connection: Connection,
  id: string,
  state?: Attributes,
): Promise<Proposal | undefined> {
  const key = keys.proposal(id);
  for (let read = 0; read < maxReads; read++) {
    const again = read > 0;
    const [known, parts] = await Promise.all([
      (again ? undefined : state) ?? getItem(connection, key),
      queryItems(connection, key.pk, `${key.sk}#`, again ? 'strong' : 'eventual'),
    ]);
    if (known === undefined) return undefined;
    const byName = new Map(parts.map((part) => [part.key.sk.slice(key.sk.length + 1), part.attributes]));
    const proposal = composed(key, known, byName);
    if (proposal !== undefined) return proposal;
    await backoff(read, connection.pause);
  }
  throw new TooMuchContention(`Proposal ${id}`, maxReads);
}

const peopleSchema = z.object({
  members: contentSchema.shape.members,
  contact: contentSchema.shape.contact,
});
/** Whom a proposal is about. */
export type People = z.output<typeof peopleSchema>;

/**
 * Whom a proposal is about, without the rest of it.
 *
 * @param state as it was just read
 * @returns undefined while the checks have taken over none, and where they are of another moment than the state
 */
export async function readPeople(
  connection: Connection,
  id: string,
  state: Attributes,
): Promise<People | undefined> {
  const key = keys.proposal(id);
  const hash = new Map(partsIn(key, state)).get(names.people);
  const partKey = keys.proposalPart(key, names.people);
  const value = partValue(await getItem(connection, partKey, 'eventual'), hash);
  return peopleSchema.safeParse(value).data;
}

/** The whole proposals of these states' keys, in few reads, without those that there are none of. */
export async function readProposals(connection: Connection, wantedKeys: readonly Key[]): Promise<Proposal[]> {
  const states = await getItems(connection, [...wantedKeys]);
  const wanted = states.flatMap(({ key, attributes }) =>
    partsIn(key, attributes).map(([name]) => keys.proposalPart(key, name)),
  );
  const items = new Map(
    (await getItems(connection, wanted)).map(({ key, attributes }) => [`${key.pk} ${key.sk}`, attributes]),
  );
  const found: Proposal[] = [];
  for (const { key, attributes } of states) {
    const parts = new Map(
      partsIn(key, attributes).map(([name]) => {
        const part = keys.proposalPart(key, name);
        return [name, items.get(`${part.pk} ${part.sk}`) ?? {}] as const;
      }),
    );
    // There was a write between the two reads.
    const proposal =
      composed(key, attributes, parts) ?? (await readProposal(connection, String(attributes.id)));
    if (proposal !== undefined) found.push(proposal);
  }
  return found;
}
