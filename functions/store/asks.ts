/**
 * Asks: what people were asked, and their answers.
 *
 * The first answer stands: an ask leaves `open` once, under its optimistic version, in one transaction with the
 * audit event. The task token lies beside the ask in the same item and nowhere else; it is not part of the entity,
 * so no page, message or report that gets an ask can show it.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type Ask, askSchema } from '#domain/ask.ts';
import type { Change } from '#functions/store/commit.ts';
import { AlreadyExists, AskAlreadyAnswered, StaleAsk } from '#functions/store/errors.ts';
import { keys, statusKeys } from '#functions/store/keys.ts';
import {
  type Attributes,
  type Connection,
  conditions,
  getItem,
  getItems,
  parseRecord,
  queryItems,
  queryStatus,
  updateItem,
  write,
} from '#functions/store/table.ts';

/** Attributes of the item that are the store's own, not the entity's. */
interface Beside {
  /** Optimistic version; counts writes. */
  rev: number;
  /** The token of the execution that waits for the answer. */
  taskToken?: string;
  /** When the execution was given the answer. */
  resumedAt?: string;
}

/** An ask, and whether an execution waits for it. */
export interface AskRecord extends Beside {
  ask: Ask;
}

const recordOf = (key: { pk: string; sk: string }, attributes: Attributes): AskRecord => ({
  ask: parseRecord(askSchema, key, attributes.ask as Attributes),
  rev: Number(attributes.rev),
  ...(attributes.taskToken !== undefined && { taskToken: String(attributes.taskToken) }),
  ...(attributes.resumedAt !== undefined && { resumedAt: String(attributes.resumedAt) }),
});

/** In the index exactly while it has an outcome that its execution, whose token is known, was not given yet. */
const statusOf = ({ ask, taskToken, resumedAt }: AskRecord, now: string) =>
  ask.status !== 'open' && taskToken !== undefined && resumedAt === undefined
    ? statusKeys.answeredAsk(now, ask.id)
    : undefined;

export const createAsks = (connection: Connection) => {
  const byProposal = async (proposalId: string): Promise<AskRecord[]> => {
    const found = await queryItems(connection, keys.proposal(proposalId).pk, 'ASK#');
    return found.map(({ key, attributes }) => recordOf(key, attributes));
  };

  return {
    byProposal,

    get: async (proposalId: string, askId: string): Promise<AskRecord | undefined> => {
      const key = keys.ask(proposalId, askId);
      const attributes = await getItem(connection, key);
      return attributes && recordOf(key, attributes);
    },

    /** Open asks of a proposal: what is awaited, and from whom. */
    openByProposal: async (proposalId: string): Promise<AskRecord[]> =>
      (await byProposal(proposalId)).filter(({ ask }) => ask.status === 'open'),

    /**
     * A new ask, once.
     *
     * @param taskToken of the execution that waits; none for a member's part of a group's ask
     */
    create: (ask: Ask, taskToken?: string): Change => ({
      write: write.put(
        keys.ask(ask.proposalId, ask.id),
        { ask, rev: 1, taskToken },
        { condition: conditions.absent },
      ),
      onConflict: () => new AlreadyExists(`Ask ${ask.id}`),
    }),

    /**
     * The ask as it shall be: a new turn with its token, an answer, an expiry, a member's answer counted.
     *
     * `AskAlreadyAnswered` when `before` was open and somebody answered it meanwhile; `StaleAsk` when it changed
     * otherwise.
     *
     * @param taskToken the new turn's token; without one the present token stays
     */
    put: (before: AskRecord, after: Ask, now: string, taskToken = before.taskToken): Change => {
      const record: AskRecord = {
        ask: after,
        rev: before.rev + 1,
        ...(taskToken !== undefined && { taskToken }),
        // A new token is a new wait: it has not been given the answer yet.
        ...(before.resumedAt !== undefined &&
          taskToken === before.taskToken && { resumedAt: before.resumedAt }),
      };
      return {
        write: write.put(keys.ask(after.proposalId, after.id), record, {
          condition: { text: 'rev = :seen', values: { ':seen': before.rev } },
          status: statusOf(record, now),
        }),
        onConflict: (met) =>
          before.ask.status === 'open' && met !== undefined && (met.ask as Attributes).status !== 'open'
            ? new AskAlreadyAnswered(after.id)
            : new StaleAsk(after.id),
      };
    },

    /**
     * The answer reached its execution (or came too late for it to matter): the sweeper need not look again.
     * Does nothing when another turn has taken over meanwhile; that turn resumes by itself.
     */
    markResumed: async ({ ask, taskToken }: AskRecord, now: string): Promise<void> => {
      if (taskToken === undefined) return;
      try {
        await updateItem(
          connection,
          keys.ask(ask.proposalId, ask.id),
          {
            text: 'SET resumedAt = :now, rev = rev + :one REMOVE gsi1pk, gsi1sk',
            values: { ':now': now, ':one': 1 },
          },
          { text: 'taskToken = :token', values: { ':token': taskToken } },
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },

    /** Asks with an outcome that their executions were not given yet, oldest first. */
    answeredUnresumed: async (limit?: number): Promise<AskRecord[]> => {
      const found = await getItems(connection, await queryStatus(connection, 'ASK#answered', limit));
      return found
        .map(({ key, attributes }) => recordOf(key, attributes))
        .filter(({ ask, resumedAt }) => ask.status !== 'open' && resumedAt === undefined);
    },
  };
};
