/**
 * Asks: what people were asked, and their answers.
 *
 * The first answer stands: an ask leaves `open` once, under its optimistic version, in one transaction with the
 * audit event. The task token is in the ask's item and nowhere else; it is never copied out of here.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { type Ask, askSchema, type OpenAsk } from '#domain/asks/ask.ts';
import { groupAskIdOf, readAskId } from '#domain/asks/ask-id.ts';
import { isUnwritten, openPart } from '#domain/asks/member-part.ts';
import { contentOf, type Proposal } from '#domain/proposal/proposal.ts';
import { assignmentChanges, assignmentStatus } from '#functions/store/assignments.ts';
import type { Change } from '#functions/store/commit.ts';
import {
  AlreadyExists,
  AskAlreadyAnswered,
  EarlierVersion,
  NotFound,
  StaleAsk,
} from '#functions/store/errors.ts';
import { type Key, keys, statusKeys, subjectIn } from '#functions/store/keys.ts';
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

/** How an ask is read that is shown or answered; see `withState`. */
export type AskReads = Consistency | 'recorded';

/** An ask, its group's where it is a member's part, and what is known of its proposal. */
export interface AskWithState {
  ask: Ask;
  group: Ask | undefined;
  state: ProposalState;
  /** Whom it is about, without the rest. */
  people: () => Promise<People | undefined>;
  /** The whole proposal. */
  proposal: () => Promise<Proposal>;
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

  /** The parts that are written, and those that follow from the groups' asks. */
  const partsOf = (groups: readonly Ask[], written: readonly Ask[]): Ask[] => {
    const known = new Map(written.map((part) => [part.id, part]));
    return groups.flatMap((group) =>
      (group.members ?? []).map((number) => {
        const part = openPart(group, number);
        return known.get(part.id) ?? part;
      }),
    );
  };

  const withParts = async (subjectId: string, consistency?: Consistency): Promise<Ask[]> => {
    const [asks, written] = await Promise.all([
      bySubject(subjectId, consistency),
      read(keys.partsOf(subjectId, ''), consistency),
    ]);
    return [...asks, ...partsOf(asks, written)];
  };

  /** An ask, and its group's where it is a member's part. */
  const withGroup = async (
    subjectId: string,
    askId: string,
    consistency: Consistency,
    ...also: Key[]
  ): Promise<{ ask: Ask | undefined; group: Ask | undefined; also: (Attributes | undefined)[] }> => {
    const groupId = groupAskIdOf(askId);
    const own = [askId, ...(groupId === undefined ? [] : [groupId])].map((id) => keys.ask(subjectId, id));
    const all = await getEach(connection, [...own, ...also], consistency);
    const [found, above] = all.slice(0, own.length);
    const askIn = (item: typeof found) => item?.attributes && parsed(item.key, item.attributes);
    const group = askIn(above);
    const member = readAskId(askId)?.member;
    const unwritten = group?.members?.find((number) => number === member);
    return {
      ask:
        askIn(found) ??
        (unwritten === undefined || group === undefined ? undefined : openPart(group, unwritten)),
      group,
      also: all.slice(own.length).map(({ attributes }) => attributes),
    };
  };

  /** An ask, or a member's part of one, that has ended, with its proposal's state; undefined while none is seen. */
  const ended = async (
    proposalId: string,
    askId: string,
  ): Promise<{ ask: Ask; group: undefined; also: Attributes[] } | undefined> => {
    const [own, state] = await getEach(
      connection,
      [keys.ask(proposalId, askId), keys.proposal(proposalId)],
      'eventual',
    );
    const ask = own?.attributes && parsed(own.key, own.attributes);
    return ask === undefined || ask.status === 'open' || state?.attributes === undefined
      ? undefined
      : { ask, group: undefined, also: [state.attributes] };
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
        const { ask, group, also } =
          (reads === 'recorded' ? await ended(proposalId, askId) : undefined) ??
          (await withGroup(proposalId, askId, how, key));
        const [attributes] = also;
        if (ask === undefined || attributes === undefined) return undefined;
        const proposal = once(async () => {
          const whole = await readProposal(connection, proposalId, attributes);
          if (whole === undefined) throw new NotFound(`Proposal ${proposalId}`);
          return whole;
        });
        const people = async () =>
          (await readPeople(connection, proposalId, attributes)) ?? contentOf(await proposal());
        return { ask, group, state: readState(key, attributes), people, proposal };
      };
      const found = await read(reads === 'eventual' ? 'eventual' : 'strong');
      return found === undefined && reads === 'eventual' ? read('strong') : found;
    },

    /** Open asks about a subject: what is awaited, and from whom. */
    openBySubject: async (subjectId: string) =>
      (await withParts(subjectId)).filter((ask) => ask.status === 'open'),

    /** A group's ask and its members' parts. @throws `NotFound` */
    group: async ({ subject, id }: Pick<Ask, 'subject' | 'id'>): Promise<{ ask: Ask; parts: Ask[] }> => {
      const [ask, written] = await Promise.all([
        find(subject.id, id),
        read(keys.partsOf(subject.id, `${id}.m`)),
      ]);
      if (ask === undefined) throw new NotFound(`Ask ${id}`);
      return { ask, parts: partsOf([ask], written) };
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
            condition: isUnwritten(before) ? conditions.absent : conditions.version(before.version),
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
