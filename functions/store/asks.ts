/**
 * Asks: what people were asked, and their answers.
 *
 * The first answer stands: an ask leaves `open` once, under its optimistic version, in one transaction with the
 * audit event. The task token is in the ask's item and nowhere else; nobody copies it out of here.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type Ask, askSchema } from '#domain/asks/ask.ts';
import { groupAskIdOf } from '#domain/identifiers.ts';
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
  getItem,
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
  const byProposal = async (proposalId: string): Promise<Ask[]> => {
    const found = await queryItems(connection, keys.proposal(proposalId).pk, 'ASK#');
    return found.map(({ key, attributes }) => parseRecord(askSchema, key, attributes));
  };

  const find = async (proposalId: string, askId: string): Promise<Ask | undefined> => {
    const key = keys.ask(proposalId, askId);
    const attributes = await getItem(connection, key);
    return attributes && parseRecord(askSchema, key, attributes);
  };

  return {
    /** All asks of a proposal, members' parts included. */
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
      const groupId = groupAskIdOf(askId);
      const [proposal, [ask, group]] = await Promise.all([
        readProposal(connection, proposalId),
        getEach(connection, [
          keys.ask(proposalId, askId),
          ...(groupId === undefined ? [] : [keys.ask(proposalId, groupId)]),
        ]),
      ]);
      if (proposal === undefined || ask?.attributes === undefined) return undefined;
      return {
        proposal,
        ask: parseRecord(askSchema, ask.key, ask.attributes),
        group: group?.attributes && parseRecord(askSchema, group.key, group.attributes),
      };
    },

    /** Open asks of a proposal: what is awaited, and from whom. */
    openByProposal: async (proposalId: string) =>
      (await byProposal(proposalId)).filter((ask) => ask.status === 'open'),

    /** The members' parts of a group ask. */
    parts: async (parent: Pick<Ask, 'proposalId' | 'id'>): Promise<Ask[]> => {
      const { pk, sk } = keys.ask(parent.proposalId, `${parent.id}.m`);
      const found = await queryItems(connection, pk, sk);
      return found.map(({ key, attributes }) => parseRecord(askSchema, key, attributes));
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
          { condition: conditions.version(before.version), status: statusOf(after) },
        ),
        onConflict: (met) =>
          before.status === 'open' && met !== undefined && met.status !== 'open'
            ? new AskAlreadyAnswered(after.id)
            : new StaleAsk(after.id),
      },
      ...assignmentChanges(before, after),
    ],

    /**
     * Nothing is written to the ask, but the transaction holds only if it is still as it was read: a member's answer
     * counts only while the group's ask is open.
     */
    unchanged: (ask: Ask): Change => ({
      write: write.check(keys.ask(ask.proposalId, ask.id), conditions.version(ask.version)),
      onConflict: (met) =>
        met !== undefined && met.status !== 'open' ? new AskAlreadyAnswered(ask.id) : new StaleAsk(ask.id),
    }),

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
