/**
 * Asks: what people were asked, and their answers.
 *
 * The first answer stands: an ask leaves `open` once, under its optimistic version, in one transaction with the
 * audit event. The task token is in the ask's item and nowhere else; nobody copies it out of here.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type Ask, askSchema } from '#domain/asks/ask.ts';
import { isUnwritten, openPart } from '#domain/asks/member-part.ts';
import { groupAskIdOf, readAskId } from '#domain/identifiers.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { assignmentChanges } from '#functions/store/assignments.ts';
import type { Change } from '#functions/store/commit.ts';
import { AlreadyExists, AskAlreadyAnswered, NotFound, StaleAsk } from '#functions/store/errors.ts';
import { keys, statusKeys } from '#functions/store/keys.ts';
import { readProposal } from '#functions/store/proposal-items.ts';
import {
  type Connection,
  conditions,
  getEach,
  getItems,
  parseRecord,
  queryItems,
  queryStatus,
  updateItem,
  write,
} from '#functions/store/table.ts';

/** In the index exactly while it is answered and its execution was not told yet. */
function statusOf(ask: Ask) {
  return ask.status === 'answered' && ask.taskToken !== undefined && ask.resumedAt === undefined
    ? statusKeys.answeredAsk(ask.answeredAt, ask.id)
    : undefined;
}

export function createAsks(connection: Connection) {
  /** The asks whose keys begin so, and the members' parts of those that are a group's. */
  const beginning = async (proposalId: string, askId: string): Promise<Ask[]> => {
    const { pk, sk } = keys.ask(proposalId, askId);
    const written = (await queryItems(connection, pk, sk)).map(({ key, attributes }) =>
      parseRecord(askSchema, key, attributes),
    );
    const known = new Set(written.map(({ id }) => id));
    const unwritten = written
      .flatMap((ask) => (ask.members ?? []).map((number) => openPart(ask, number)))
      .filter(({ id }) => !known.has(id));
    return [...written, ...unwritten].sort((one, other) => (one.id < other.id ? -1 : 1));
  };
  const byProposal = (proposalId: string) => beginning(proposalId, '');

  /** An ask, and its group's where it is a member's part. */
  const withGroup = async (
    proposalId: string,
    askId: string,
  ): Promise<{ ask: Ask | undefined; group: Ask | undefined }> => {
    const groupId = groupAskIdOf(askId);
    const [found, above] = await getEach(
      connection,
      [askId, ...(groupId === undefined ? [] : [groupId])].map((id) => keys.ask(proposalId, id)),
    );
    const read = (item: typeof found) =>
      item?.attributes && parseRecord(askSchema, item.key, item.attributes);
    const group = read(above);
    const member = readAskId(askId)?.member;
    const unwritten = group?.members?.find((number) => number === member);
    return {
      ask:
        read(found) ??
        (unwritten === undefined || group === undefined ? undefined : openPart(group, unwritten)),
      group,
    };
  };

  const find = async (proposalId: string, askId: string): Promise<Ask | undefined> =>
    (await withGroup(proposalId, askId)).ask;

  return {
    /** All asks of a proposal, members' parts included, those that nobody has answered too. */
    byProposal,

    find,

    /** @throws `NotFound` */
    get: async (proposalId: string, askId: string): Promise<Ask> => {
      const ask = await find(proposalId, askId);
      if (ask === undefined) throw new NotFound(`Ask ${askId}`);
      return ask;
    },

    /**
     * An ask, its proposal, and its group's ask where it is a member's part: what a page needs, read at once.
     *
     * @returns undefined where there is no such proposal or ask
     */
    withProposal: async (
      proposalId: string,
      askId: string,
    ): Promise<{ proposal: Proposal; ask: Ask; group: Ask | undefined } | undefined> => {
      const [proposal, { ask, group }] = await Promise.all([
        readProposal(connection, proposalId),
        withGroup(proposalId, askId),
      ]);
      return proposal && ask && { proposal, ask, group };
    },

    /** Open asks of a proposal: what is awaited, and from whom. */
    openByProposal: async (proposalId: string) =>
      (await byProposal(proposalId)).filter((ask) => ask.status === 'open'),

    /** A group's ask and its members' parts, in one read. @throws `NotFound` */
    group: async ({
      proposalId,
      id,
    }: Pick<Ask, 'proposalId' | 'id'>): Promise<{ ask: Ask; parts: Ask[] }> => {
      const found = await beginning(proposalId, id);
      const ask = found.find((each) => each.id === id);
      if (ask === undefined) throw new NotFound(`Ask ${id}`);
      return { ask, parts: found.filter(({ parent }) => parent === id) };
    },

    /** A new ask, once, and that its people are asked. */
    create: (ask: Ask): Change[] => [
      {
        write: write.put(keys.ask(ask.proposalId, ask.id), ask, {
          condition: conditions.absent,
          status: statusOf(ask),
        }),
        onConflict: () => new AlreadyExists(`Ask ${ask.id}`),
      },
      ...assignmentChanges(undefined, ask),
    ],

    /**
     * The ask as it shall be: a new turn with its token, another person, an answer, an expiry; and who is asked by it
     * now. Its `version` is the store's to raise.
     *
     * `AskAlreadyAnswered` when `before` was open and is so no longer; `StaleAsk` when it changed otherwise.
     */
    put: (before: Ask, after: Ask): Change[] => [
      {
        write: write.put(
          keys.ask(after.proposalId, after.id),
          { ...after, version: before.version + 1 },
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
          keys.ask(ask.proposalId, ask.id),
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

    /** Answered asks whose executions were not told yet, oldest first. The index lags, so each is looked at again. */
    answeredUnresumed: async (limit?: number) => {
      const found = await getItems(connection, await queryStatus(connection, 'ASK#answered', limit));
      return found
        .map(({ key, attributes }) => parseRecord(askSchema, key, attributes))
        .filter((ask) => ask.status === 'answered')
        .filter((ask) => ask.resumedAt === undefined);
    },
  };
}
