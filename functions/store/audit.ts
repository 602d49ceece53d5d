/** The record of what happened, in order, each event holding the hash of the one before. */
import { isDeepStrictEqual } from 'node:util';
import { type GroupStandings, ImpossibleAnswer, standingsAfter } from '#domain/asks/group-standing.ts';
import { type AuditEvent, type ChainCheck, verifyChain } from '#domain/proposal/audit.ts';
import { eventsIn, standingsOn } from '#functions/store/commit.ts';
import { type ChainOf, chainId, chainPartition, type Key } from '#functions/store/keys.ts';
import { type Attributes, type Connection, queryItems } from '#functions/store/table.ts';

/** An item of a record, as it is stored. */
interface RecordItem {
  key: Key;
  attributes: Attributes;
}

/** What is wrong with a record: with its chain, or with what an item carries on of the events up to it. */
export type RecordCheck = ChainCheck | { sound: false; seq: number; reason: 'miscounted' };

/** Whether a record is complete and unaltered, and what its items carry on follows from its events. @param items all, in order */
export function verifyRecord(of: ChainOf, items: readonly RecordItem[]): RecordCheck {
  const all = items.map((item) => ({ item, events: eventsIn(item.key, item.attributes) }));
  const check = verifyChain(
    chainId(of),
    all.flatMap(({ events }) => events),
  );
  if (!check.sound) return check;
  let standings: GroupStandings = new Map();
  for (const { item, events } of all) {
    const counted = countedWith(standings, events);
    if (counted === undefined || !isDeepStrictEqual(standingsOn(of, item.key, item.attributes), counted))
      return { sound: false, seq: events[0]?.seq ?? 0, reason: 'miscounted' };
    standings = counted;
  }
  return check;
}

/** Where the groups' asks stand after these events; undefined where an answer among them can be none. */
function countedWith(before: GroupStandings, events: readonly AuditEvent[]): GroupStandings | undefined {
  try {
    return standingsAfter(before, events);
  } catch (error) {
    if (error instanceof ImpossibleAnswer) return undefined;
    throw error;
  }
}

export function createAudit(connection: Connection) {
  const items = (of: ChainOf) => queryItems(connection, chainPartition(of), 'AUDIT#');
  return {
    /** All events of a proposal or a journal, oldest first. */
    list: async (of: ChainOf): Promise<AuditEvent[]> =>
      (await items(of)).flatMap(({ key, attributes }) => eventsIn(key, attributes)),

    /** Whether the record is complete and unaltered, and its counts are right. */
    verify: async (of: ChainOf): Promise<RecordCheck> => verifyRecord(of, await items(of)),
  };
}
