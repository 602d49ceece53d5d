/** Proposals: the whole life of a group's application; `proposal-items.ts` has how each lies in the table. */

import * as z from 'zod';
import { type Involvement, involvementSchema } from '#domain/asks/separation.ts';
import type { ProposalEvent } from '#domain/proposal/events.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { backoff } from '#functions/store/backoff.ts';
import { type AuditHead, type Change, commit } from '#functions/store/commit.ts';
import { AlreadyExists, NotFound, Stale, StaleProposal } from '#functions/store/errors.ts';
import { keys, statusKeys } from '#functions/store/keys.ts';
import {
  type ProposalState,
  partsOf,
  readProposal,
  readProposals,
  readState,
  stateOf,
  storedPart,
} from '#functions/store/proposal-items.ts';
import { retryOnConflict } from '#functions/store/retry-on-conflict.ts';
import {
  type Connection,
  type Consistency,
  conditions,
  type Expression,
  getItem,
  getItems,
  parseRecord,
  queryStatus,
  write,
} from '#functions/store/table.ts';

/** What a step decided about a proposal. */
export interface Decision<Result> {
  /** The proposal as it is to be; absent, or the same, when it stays. Its `version` is the store's to raise. */
  proposal?: Proposal;
  events?: readonly ProposalEvent[];
  /** What else changes in the same transaction. */
  changes?: Change[];
  /** Where the record ended before the step read what it counted; see `Commit`. */
  restsOn?: AuditHead;
  result: Result;
}

/** Rounds of read and decide before it is reported that the record is too busy: twenty members may answer at once. */
const maxRounds = 30;

const involvementsSchema = z.object({ involvements: z.array(involvementSchema) });

export function createProposals(connection: Connection) {
  const find = (id: string) => readProposal(connection, id);

  /** @throws `NotFound` */
  const get = async (id: string): Promise<Proposal> => {
    const found = await find(id);
    if (found === undefined) throw new NotFound(`Proposal ${id}`);
    return found;
  };

  /** The state, and those parts whose values are others than they were. */
  const writesOf = (
    before: Proposal | undefined,
    after: Proposal,
    condition: Expression,
    onConflict: () => Error,
  ): Change[] => {
    const known = new Map(before === undefined ? [] : partsOf(before).map(({ name, hash }) => [name, hash]));
    const parts = partsOf(after);
    const key = keys.proposal(after.id);
    const status = statusKeys.proposal(after.stage, after.id);
    const gone = [...known.keys()].filter((name) => !parts.some((part) => part.name === name));
    return [
      { write: write.put(key, stateOf(after, parts), { condition, status }), onConflict },
      ...parts
        .filter(({ name, hash }) => known.get(name) !== hash)
        .map((part) => ({
          write: write.put(keys.proposalPart(key, part.name), storedPart(part)),
          onConflict,
        })),
      // Emptied, since who writes proposals need not be allowed to delete anything.
      ...gone.map((name) => ({ write: write.put(keys.proposalPart(key, name), {}), onConflict })),
    ];
  };

  /** The writes of `after` over `before`. `StaleProposal` when it changed since. */
  const put = (before: Proposal, after: Proposal): Change[] =>
    writesOf(
      before,
      { ...after, version: before.version + 1 },
      conditions.version(before.version),
      () => new StaleProposal(after.id),
    );

  /** Lets the step decide, and writes that in one transaction; again when another writer was faster. */
  const rounds = <Result>(
    id: string,
    now: string,
    decide: (round: number) => Promise<Omit<Decision<Result>, 'proposal'>>,
  ): Promise<Result> => {
    const between = (round: number) => backoff(round, connection.pause);
    const how = { what: `Proposal ${id}`, rounds: maxRounds, conflicts: [Stale], between };
    return retryOnConflict(how, async (round) => {
      const { events = [], changes = [], restsOn, result } = await decide(round);
      if (events.length > 0 || changes.length > 0)
        await commit(connection, { proposalId: id, now, events, restsOn, changes });
      return result;
    });
  };

  return {
    find,
    get,
    put,

    /** A new proposal, once. */
    create: (proposal: Proposal): Change[] =>
      writesOf(undefined, proposal, conditions.absent, () => new AlreadyExists(`Proposal ${proposal.id}`)),

    /**
     * What a step or page knows that needs no content: the smallest read.
     *
     * @param consistency `eventual` for what never changes, such as the rule-pack once there is one
     * @throws `NotFound`
     */
    state: async (id: string, consistency: Consistency = 'strong'): Promise<ProposalState> => {
      const key = keys.proposal(id);
      const attributes = await getItem(connection, key, consistency);
      if (attributes === undefined) throw new NotFound(`Proposal ${id}`);
      return readState(key, attributes);
    },

    /** All proposals at a stage, in the order of their ids. */
    list: async (stage: Proposal['stage']): Promise<Proposal[]> => {
      const found = await readProposals(connection, await queryStatus(connection, `PROPOSAL#${stage}`));
      return found.filter((proposal) => proposal.stage === stage);
    },

    /** What people did for these proposals, for separation of duties; nothing else of them is read. */
    involvements: async (ids: readonly string[]): Promise<Involvement[]> => {
      const found = await getItems(
        connection,
        [...new Set(ids)].map((id) => keys.proposal(id)),
        { only: 'involvements' },
      );
      return found.flatMap(
        ({ key, attributes }) => parseRecord(involvementsSchema, key, attributes).involvements,
      );
    },

    /**
     * Adds an involvement to those recorded for a proposal, whatever else it is by now: for what happens once, in one
     * transaction with that. A step that read the proposal before and writes it has to read it again.
     */
    addInvolvement: (id: string, involvement: Involvement): Change => ({
      write: write.update(
        keys.proposal(id),
        {
          text: 'SET involvements = list_append(involvements, :involvements), #version = #version + :one',
          names: { '#version': 'version' },
          values: { ':involvements': [involvement], ':one': 1 },
        },
        conditions.present,
      ),
      onConflict: () => new NotFound(`Proposal ${id}`),
    }),

    /**
     * Reads, lets the step decide, and writes what it decided in one transaction; again when another writer was
     * faster. A decision without proposal, events and changes writes nothing: that is how a step that was done
     * before answers the same again.
     *
     * @param now business time of the step; ISO 8601
     * @param known the proposal, if it was just read; read again only when another writer was faster
     * @throws `NotFound`, what `decide` throws, the named conflict of one of its changes, `TooMuchContention`
     */
    update: async <Result>(
      id: string,
      now: string,
      decide: (proposal: Proposal) => Decision<Result> | Promise<Decision<Result>>,
      known?: { proposal?: Proposal },
    ): Promise<Result> =>
      rounds(id, now, async (round) => {
        const before = (round === 0 ? known?.proposal : undefined) ?? (await get(id));
        const { proposal: after = before, changes = [], ...decided } = await decide(before);
        return { ...decided, changes: after === before ? changes : [...put(before, after), ...changes] };
      }),

    /** The same for what is decided without the proposal. @throws what `update` does */
    record: <Result>(
      id: string,
      now: string,
      decide: () => Promise<Omit<Decision<Result>, 'proposal'>>,
    ): Promise<Result> => rounds(id, now, decide),
  };
}
