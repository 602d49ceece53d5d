/**
 * Asks: what people were asked, and their answers.
 *
 * The first answer stands: an ask leaves `open` once, under its optimistic version, in one transaction with the
 * audit event. A member's answer to a group's ask is that event alone: its part is read from the record, whose last item says
 * who has answered (ADR 0046). The task token is in the ask's item and nowhere else; it is never copied out of here.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { type AnsweredAsk, type Ask, askSchema, type OpenAsk } from '#domain/asks/ask.ts';
import { groupAskIdOf, readAskId } from '#domain/asks/ask-id.ts';
import { type GroupStanding, outcomeOf } from '#domain/asks/group-standing.ts';
import { answeredPart, cancelledPart, openPart } from '#domain/asks/member-part.ts';
import type { AuditEvent } from '#domain/proposal/audit.ts';
import { contentOf, type Proposal } from '#domain/proposal/proposal.ts';
import { assignmentChanges, assignmentStatus } from '#functions/store/assignments.ts';
import { type AuditHead, type Change, eventsFrom, readEnd } from '#functions/store/commit.ts';
import {
  AlreadyExists,
  AskAlreadyAnswered,
  EarlierVersion,
  NotFound,
  StaleAsk,
  UnreadableRecord,
} from '#functions/store/errors.ts';
import { type Key, keys, showKey, statusKeys, subjectIn } from '#functions/store/keys.ts';
import { pack, unpack } from '#functions/store/packed.ts';
import {
  type People,
  type ProposalState,
  readPeople,
  readProposal,
  readState,
} from '#functions/store/proposal-items.ts';
import {
  type Attributes,
  type Connection,
  type Consistency,
  conditions,
  getEach,
  getItem,
  getItems,
  parseRecord,
  queryItems,
  queryStatus,
  updateItem,
  write,
} from '#functions/store/table.ts';

/** The end of the last turn, among the turns as they are stored. */
const endOfTurns = 'end';

/**
 * An ask as it is stored: in clear what conditions and marks are about, the rest packed; its turns as short texts, since
 * each of up to six lasts until the next begins. Its partition says what it is about.
 */
function stored(ask: Ask): object {
  const { status, version, taskToken, turns, subject: _, ...rest } = ask;
  const { resumedAt, ...kept } = { resumedAt: undefined, ...rest };
  const last = turns.at(-1);
  const packed = pack({
    ...kept,
    turns: [
      ...turns.map(({ do: what, at }) => `${what} ${at}`),
      ...(last === undefined ? [] : [`${endOfTurns} ${last.until}`]),
    ],
  });
  return { status, version, taskToken, resumedAt, packed };
}

const packedSchema = z.object({ packed: z.record(z.string(), z.unknown()) });
const storedTurnsSchema = z.object({ turns: z.array(z.string()) });

/** The ask that an item holds. @throws {EarlierVersion} for one that was stored in clear */
function parsed(key: Key, { packed, ...marks }: Attributes): Ask {
  if (packed === undefined) throw new EarlierVersion(`Ask ${key.sk}`);
  const attributes: Attributes = {
    ...parseRecord(packedSchema, key, { packed: unpack(packed) }).packed,
    ...marks,
  };
  const moments = parseRecord(storedTurnsSchema, key, attributes).turns.map((text) => {
    const [what, at] = text.split(' ');
    return { do: what, at };
  });
  const turns = moments.slice(0, -1).map((moment, index) => ({ ...moment, until: moments[index + 1]?.at }));
  return parseRecord(askSchema, key, { ...attributes, subject: subjectIn(key), turns });
}

/** In the index while a person of the directory is asked, and while it is answered and its execution was not resumed yet. */
function statusOf(ask: Ask) {
  return ask.status === 'answered' && ask.taskToken !== undefined && ask.resumedAt === undefined
    ? statusKeys.answeredAsk(ask.answeredAt, ask.id)
    : assignmentStatus(ask);
}

/**
 * How many of the record’s last items are read with a member’s part, so that an answer that was just recorded is among them: as many as
 * cost what one does (4 KB).
 */
const tail = 8;

const memberTextSchema = z.object({ packed: z.record(z.string(), z.unknown()) });

/** What a member said besides the outcome, as its item has it. */
function memberText(key: Key, { packed }: Attributes): object {
  return parseRecord(memberTextSchema, key, { packed: unpack(packed) }).packed;
}

function partIdIn({ sk }: Key): string {
  return sk.slice(sk.indexOf('#') + 1);
}

function isAnswerTo({ action, facts }: AuditEvent, askId: string): boolean {
  return action === 'ask.answered' && facts.askId === askId;
}

/** Whether members' answers are still taken, if only for the record. */
function isTaken({ over }: GroupStanding): boolean {
  return over === undefined;
}

/**
 * A member's part as the record has it up to this end.
 *
 * @param known the events among which an answer is, and what the member said besides the outcome
 * @throws {UnreadableRecord} where the record counts an answer that none of the events is
 */
function partAt(
  part: OpenAsk,
  end: AuditHead,
  { events, text }: { events: readonly AuditEvent[]; text: object | undefined },
): Ask {
  const standing = end.groups.get(part.parent ?? '');
  const outcome =
    standing && part.assignee.kind === 'member' ? outcomeOf(standing, part.assignee.number) : undefined;
  if (standing === undefined) return part;
  if (outcome === undefined) return standing.over === undefined ? part : cancelledPart(part, standing.over);
  const event = events.find((each) => isAnswerTo(each, part.id));
  if (event?.facts.outcome !== outcome)
    throw new UnreadableRecord(showKey(keys.auditEvents(part.subject.id, end.seq)), [
      `groups: ${part.id} is counted and has no such event`,
    ]);
  return answeredPart(part, { answer: { ...text, outcome }, by: event.actor, at: event.at });
}

/** How an ask is read that is shown or answered; see `withState`. */
export type AskReads = Consistency | 'recorded';

/** An ask, its group's where it is a member's part, and what is known of its proposal. */
export interface AskWithState {
  ask: Ask;
  group: Ask | undefined;
  /** Of a member's part: where the record ended when it was read. */
  end: AuditHead | undefined;
  state: ProposalState;
  /** Whom it is about, without the rest. */
  people: () => Promise<People | undefined>;
  /** The whole proposal. */
  proposal: () => Promise<Proposal>;
}

/** A member's part, its group's ask, and where the record ended when they were read. */
export interface PartOfGroup {
  part: Ask;
  group: Ask;
  end: AuditHead;
}

/** Calls it the first time, and gives the same every time. */
function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

export function createAsks(connection: Connection) {
  const read = async ({ pk, sk }: Key, consistency?: Consistency): Promise<Ask[]> =>
    (await queryItems(connection, pk, sk, consistency)).map(({ key, attributes }) => parsed(key, attributes));
  const bySubject = (subjectId: string, consistency?: Consistency) =>
    read(keys.ask(subjectId, ''), consistency);

  /** What members said besides their outcome, by the ids of their parts: who confirms says nothing else. */
  const memberTexts = async (subjectId: string, consistency: Consistency): Promise<Map<string, object>> => {
    const { pk, sk } = keys.partsOf(subjectId);
    return new Map(
      (await queryItems(connection, pk, sk, consistency)).map(({ key, attributes }) => [
        partIdIn(key),
        memberText(key, attributes),
      ]),
    );
  };

  /** The members' parts of these asks of one subject: by the record, which was read up to this end. */
  const partsOf = async (
    subjectId: string,
    groups: readonly Ask[],
    end: AuditHead,
    consistency: Consistency,
  ): Promise<Ask[]> => {
    const standings = groups.flatMap(({ id }) => end.groups.get(id) ?? []);
    const answered = standings.filter(({ confirmed, denied }) => confirmed.length + denied.length > 0);
    const events =
      answered.length === 0
        ? []
        : await eventsFrom(
            connection,
            subjectId,
            Math.min(...answered.map(({ since }) => since)),
            consistency,
          );
    const texts = answered.some(({ denied }) => denied.length > 0)
      ? await memberTexts(subjectId, consistency)
      : new Map<string, object>();
    return groups.flatMap((group) =>
      (group.members ?? []).map((number) => {
        const part = openPart(group, number);
        return partAt(part, end, { events, text: texts.get(part.id) });
      }),
    );
  };

  const withParts = async (subjectId: string, consistency: Consistency = 'strong'): Promise<Ask[]> => {
    const [asks, end] = await Promise.all([
      bySubject(subjectId, consistency),
      endOf(subjectId, consistency, 1),
    ]);
    return [...asks, ...(await partsOf(subjectId, asks, end.head, consistency))];
  };

  const endOf = (subjectId: string, consistency: Consistency, items: number) =>
    readEnd(connection, { proposalId: subjectId }, { consistency, items });

  const itemsOfAsks = async (subjectId: string, ids: string[], also: Key[], consistency: Consistency) => {
    const all = await getEach(
      connection,
      [...ids.map((id) => keys.ask(subjectId, id)), ...also],
      consistency,
    );
    const [own] = all;
    return {
      found: own?.attributes && parsed(own.key, own.attributes),
      also: all.slice(ids.length).map(({ attributes }) => attributes),
    };
  };

  /** An ask, and its group's where it is a member's part. */
  const withGroup = async (
    subjectId: string,
    askId: string,
    consistency: Consistency,
    ...alsoWanted: Key[]
  ): Promise<{
    ask: Ask | undefined;
    group: Ask | undefined;
    end: AuditHead | undefined;
    also: (Attributes | undefined)[];
  }> => {
    const groupId = groupAskIdOf(askId);
    const member = readAskId(askId)?.member;
    if (groupId === undefined || member === undefined) {
      const { found, also } = await itemsOfAsks(subjectId, [askId], alsoWanted, consistency);
      return { ask: found, group: undefined, end: undefined, also };
    }
    const [{ found: group, also }, { head: end, events }] = await Promise.all([
      itemsOfAsks(subjectId, [groupId], alsoWanted, consistency),
      endOf(subjectId, consistency, tail),
    ]);
    if (group?.members?.includes(member) !== true) return { ask: undefined, group, end, also };
    const standing = end.groups.get(groupId);
    const outcome = standing && outcomeOf(standing, member);
    const isNear = outcome === undefined || events.some((event) => isAnswerTo(event, askId));
    const ask = partAt(openPart(group, member), end, {
      events: isNear ? events : await eventsFrom(connection, subjectId, standing?.since ?? 1, consistency),
      text: outcome === 'denied' ? await textOf(subjectId, askId, consistency) : undefined,
    });
    return { ask, group, end, also };
  };

  const textOf = async (subjectId: string, partId: string, consistency: Consistency) => {
    const key = keys.ask(subjectId, partId);
    const attributes = await getItem(connection, key, consistency);
    return attributes && memberText(key, attributes);
  };

  const find = async (
    subjectId: string,
    askId: string,
    consistency: Consistency = 'strong',
  ): Promise<Ask | undefined> => (await withGroup(subjectId, askId, consistency)).ask;

  return {
    /** All asks about a subject, without members' parts. */
    bySubject,

    /** All asks about a subject, and the members' parts of those that are a group's. */
    withParts,

    find,

    /** @throws `NotFound` */
    get: async (subjectId: string, askId: string): Promise<Ask> => {
      const ask = await find(subjectId, askId);
      if (ask === undefined) throw new NotFound(`Ask ${askId}`);
      return ask;
    },

    /**
     * An ask, its proposal's state, and its group's ask where it is a member's part: what a page needs, read at once.
     *
     * @param reads `eventual`: one that finds no such ask is made again strongly; `recorded`: of what was answered just
     *   before; an ask that is seen to have ended has done so for ever, one that is not is looked for strongly
     * @returns `proposal` reads the parts of the proposal, the first time; undefined where there is no such proposal or ask
     */
    withState: async (
      proposalId: string,
      askId: string,
      reads: AskReads = 'strong',
    ): Promise<AskWithState | undefined> => {
      const key = keys.proposal(proposalId);
      const read = async (how: Consistency): Promise<AskWithState | undefined> => {
        const { ask, group, end, also } = await withGroup(proposalId, askId, how, key);
        const [attributes] = also;
        if (ask === undefined || attributes === undefined) return undefined;
        const proposal = once(async () => {
          const whole = await readProposal(connection, proposalId, attributes);
          if (whole === undefined) throw new NotFound(`Proposal ${proposalId}`);
          return whole;
        });
        const people = async () =>
          (await readPeople(connection, proposalId, attributes)) ?? contentOf(await proposal());
        return { ask, group, end, state: readState(key, attributes), people, proposal };
      };
      if (reads === 'strong') return read('strong');
      const found = await read('eventual');
      const isSeen = found !== undefined && (reads === 'eventual' || found.ask.status !== 'open');
      return isSeen ? found : read('strong');
    },

    /** Open asks about a subject: what is awaited, and from whom. */
    openBySubject: async (subjectId: string): Promise<OpenAsk[]> => {
      const [asks, { head }] = await Promise.all([bySubject(subjectId), endOf(subjectId, 'strong', 1)]);
      const parts = asks.flatMap((group) => {
        const standing = head.groups.get(group.id);
        return (group.members ?? [])
          .filter(
            (number) =>
              standing === undefined || (isTaken(standing) && outcomeOf(standing, number) === undefined),
          )
          .map((number) => openPart(group, number));
      });
      return [...asks.filter((ask) => ask.status === 'open'), ...parts];
    },

    /** A group's ask and its members' parts. @throws `NotFound` */
    group: async ({ subject, id }: Pick<Ask, 'subject' | 'id'>): Promise<{ ask: Ask; parts: Ask[] }> => {
      const [ask, { head }] = await Promise.all([find(subject.id, id), endOf(subject.id, 'strong', 1)]);
      if (ask === undefined) throw new NotFound(`Ask ${id}`);
      return { ask, parts: await partsOf(subject.id, [ask], head, 'strong') };
    },

    /**
     * A member's part, its group's ask, and where the record ends: what an answer is recorded on.
     *
     * @throws `NotFound`
     */
    part: async (subjectId: string, partId: string): Promise<PartOfGroup> => {
      const { ask: part, group, end } = await withGroup(subjectId, partId, 'strong');
      if (part === undefined || group === undefined || end === undefined) throw new NotFound(`Ask ${partId}`);
      return { part, group, end };
    },

    /**
     * What a member said besides the outcome, which is in the event of the answer. It lies by itself, because an event stays for ever.
     * The commit rests on the end of the record by which the part was open.
     */
    putMemberText: ({ subject, id, outcome, answer }: AnsweredAsk): Change[] => {
      const { outcome: _, ...text } = answer;
      if (Object.keys(text).length === 0) return [];
      if (outcome !== 'denied') throw new TypeError(`${id}: who confirms says nothing else.`);
      return [
        {
          write: write.put(
            keys.ask(subject.id, id),
            { packed: pack(text) },
            { condition: conditions.absent },
          ),
          onConflict: () => new AskAlreadyAnswered(id),
        },
      ];
    },

    /** Those of these asks that are open, without members' parts. */
    openAmong: async (askIds: readonly string[], consistency: Consistency): Promise<OpenAsk[]> => {
      const wanted = askIds.flatMap((id) => {
        const subject = readAskId(id)?.subject;
        return subject === undefined ? [] : [keys.ask(subject.id, id)];
      });
      const found = await getItems(connection, wanted, { consistency });
      return found
        .map(({ key, attributes }) => parsed(key, attributes))
        .filter((ask) => ask.status === 'open');
    },

    /** A new ask, once, and that its people are asked. */
    create: (ask: Ask): Change[] => [
      {
        write: write.put(keys.ask(ask.subject.id, ask.id), stored(ask), {
          condition: conditions.absent,
          status: statusOf(ask),
        }),
        onConflict: () => new AlreadyExists(`Ask ${ask.id}`),
      },
      ...assignmentChanges(undefined, ask),
    ],

    /**
     * The ask as it is to be: a new turn with its token, another person, an answer, an expiry; and who is asked by it
     * now. Its `version` is the store's to raise.
     *
     * `AskAlreadyAnswered` when `before` was open and is so no longer; `StaleAsk` when it changed otherwise.
     */
    put: (before: Ask, after: Ask): Change[] => [
      {
        write: write.put(
          keys.ask(after.subject.id, after.id),
          stored({ ...after, version: before.version + 1 }),
          {
            condition: conditions.version(before.version),
            status: statusOf(after),
          },
        ),
        onConflict: (met) =>
          before.status === 'open' && met !== undefined && met.status !== 'open'
            ? new AskAlreadyAnswered(after.id)
            : new StaleAsk(after.id),
      },
      ...assignmentChanges(before, after),
    ],

    /**
     * The answer reached its execution, or came too late for it to matter: the sweeper need not look again.
     * Does nothing when a newer turn has taken over meanwhile; that turn resumes by itself.
     */
    markResumed: async (ask: Ask, now: string): Promise<void> => {
      if (ask.taskToken === undefined) return;
      try {
        await updateItem(
          connection,
          keys.ask(ask.subject.id, ask.id),
          {
            text: 'SET resumedAt = :now, #version = #version + :one REMOVE gsi1pk, gsi1sk',
            names: { '#version': 'version' },
            values: { ':now': now, ':one': 1 },
          },
          {
            text: '#status = :answered AND taskToken = :token',
            names: { '#status': 'status' },
            values: { ':answered': 'answered', ':token': ask.taskToken },
          },
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },

    /** Answered asks whose executions were not resumed yet, oldest first. The index lags, so each is looked at again. */
    answeredUnresumed: async (limit?: number) => {
      const found = await getItems(connection, await queryStatus(connection, 'ASK#answered', limit));
      return found
        .map(({ key, attributes }) => parsed(key, attributes))
        .filter((ask) => ask.status === 'answered')
        .filter((ask) => ask.resumedAt === undefined);
    },
  };
}
