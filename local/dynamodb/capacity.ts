/**
 * What operations consume, in capacity units. AWS: "DynamoDB read and write operations" and "Working with item sizes";
 * `ConsumedCapacity` in the API reference.
 */

import type { IndexChange } from './storage/table.ts';
import type { IndexSchema } from './storage/table-schema.ts';

/** What one operation consumes of one table. */
export interface Charge {
  readonly table: string;
  /** Of the table itself. */
  readonly units: number;
  /** Of its indexes. */
  readonly indexes?: readonly (readonly [index: IndexSchema, units: number])[];
}

/** What the transactions' capacity is said to be of; other operations do not say it. */
export type Axis = 'ReadCapacityUnits' | 'WriteCapacityUnits';

/** A transaction reads or writes each item twice: to prepare and to commit. Indexes are written once. */
export const transactionFactor = 2;

/** @param size bytes; nothing for an item that is not there */
export function readUnits(size: number | undefined, isConsistent: boolean): number {
  return Math.max(1, Math.ceil((size ?? 0) / 4096)) * (isConsistent ? 1 : 0.5);
}

function writeUnits(size: number | undefined): number {
  return Math.max(1, Math.ceil((size ?? 0) / 1024));
}

/** What a write consumes: of the table by the larger of the item before and after, of an index by what changes there. */
export function writeCharge(
  table: string,
  oldSize: number | undefined,
  newSize: number | undefined,
  changes: readonly IndexChange[],
): Charge {
  return {
    table,
    units: Math.max(writeUnits(oldSize), writeUnits(newSize)),
    indexes: changes.map((change) => [change.index, indexUnits(change)]),
  };
}

/** An entry that moves is deleted and put. */
function indexUnits({ oldSize, newSize, moved }: IndexChange): number {
  const [before, after] = [writeUnits(oldSize), writeUnits(newSize)];
  return moved ? before + after : Math.max(before, after);
}

/** The charges added up, with as much of them as was asked for: one for each table, in order of their names. */
export function consumedCapacity(
  charges: readonly Charge[],
  mode: 'TOTAL' | 'INDEXES',
  axis?: Axis,
): readonly Readonly<Record<string, unknown>>[] {
  const shown = (units: number): Readonly<Record<string, number>> => ({
    CapacityUnits: units,
    ...(axis === undefined ? {} : { [axis]: units }),
  });
  return [...new Set(charges.map(({ table }) => table))].sort().map((TableName) => {
    const ofTable = charges.filter(({ table }) => table === TableName);
    const total = { TableName, ...shown(unitsOf(ofTable)) };
    if (mode === 'TOTAL') return total;
    const indexes = new Map<IndexSchema, number>();
    for (const [index, units] of ofTable.flatMap((charge) => charge.indexes ?? [])) {
      indexes.set(index, (indexes.get(index) ?? 0) + units);
    }
    const list = (isGlobal: boolean): Readonly<Record<string, unknown>> | undefined => {
      const found = [...indexes].filter(([index]) => index.isGlobal === isGlobal);
      return found.length === 0
        ? undefined
        : Object.fromEntries(found.map(([index, units]) => [index.name, shown(units)]));
    };
    const [global, local] = [list(true), list(false)];
    return {
      ...total,
      Table: shown(ofTable.reduce((sum, { units }) => sum + units, 0)),
      ...(global === undefined ? {} : { GlobalSecondaryIndexes: global }),
      ...(local === undefined ? {} : { LocalSecondaryIndexes: local }),
    };
  });
}

/** All units of the charges. */
export function unitsOf(charges: readonly Charge[]): number {
  return charges.reduce(
    (sum, { units, indexes = [] }) => sum + units + indexes.reduce((more, [, each]) => more + each, 0),
    0,
  );
}
