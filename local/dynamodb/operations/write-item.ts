/** PutItem, UpdateItem and DeleteItem. AWS: the operations in the API reference. */
import { validation } from '../errors.ts';
import { projectionOf } from '../expressions/projection.ts';
import type { Table } from '../storage/table.ts';
import { attributeOf, type Item } from '../values/attribute-value.ts';
import { perform, type Write, type Written, writeOf } from './item-writes.ts';
import {
  type Context,
  commonLimits,
  expectWithin,
  type Input,
  member,
  type Outcome,
  tableName,
} from './request.ts';

const returnValues = ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW'];

export function putItem(context: Context, input: Input): Outcome {
  return writeItem(context, 'Put', input);
}

export function updateItem(context: Context, input: Input): Outcome {
  return writeItem(context, 'Update', input);
}

export function deleteItem(context: Context, input: Input): Outcome {
  return writeItem(context, 'Delete', input);
}

function writeItem(context: Context, kind: 'Put' | 'Update' | 'Delete', input: Input): Outcome {
  tableName(input.TableName);
  expectWithin(input, { ...commonLimits, ReturnValues: returnValues });
  const wanted = String(input.ReturnValues ?? 'NONE');
  if (kind !== 'Update' && wanted !== 'NONE' && wanted !== 'ALL_OLD') {
    throw validation('ReturnValues can only be ALL_OLD or NONE');
  }
  const write = writeOf(context, kind, `${kind}Item`, input);
  const written = context.database.atomically(() => perform(write));
  const attributes = returned(wanted, write, written);
  const metrics =
    input.ReturnItemCollectionMetrics === 'SIZE' ? collectionMetrics(write.table, written) : undefined;
  return {
    members: [
      ...(attributes === undefined ? [] : [member('Attributes', attributes)]),
      ...(metrics === undefined ? [] : [member('ItemCollectionMetrics', JSON.stringify(metrics))]),
    ],
    charges: [written.charge],
  };
}

/** What the caller wants to see of the item, as JSON. */
function returned(wanted: string, { paths }: Write, { old, next }: Written): string | undefined {
  switch (wanted) {
    case 'ALL_OLD':
      return old?.text;
    case 'ALL_NEW':
      return next?.text;
    case 'UPDATED_OLD':
    case 'UPDATED_NEW': {
      const shown = wanted === 'UPDATED_OLD' ? old : next;
      const changed = shown === undefined ? {} : projectionOf(paths ?? [])(shown.item);
      return Object.keys(changed).length === 0 ? undefined : JSON.stringify(changed);
    }
    default:
      return undefined;
  }
}

/** Of tables with local indexes only; the size is an estimate at AWS too. */
function collectionMetrics(
  { schema }: Table,
  { old, next }: Written,
): { readonly ItemCollectionKey: Item; readonly SizeEstimateRangeGB: readonly number[] } | undefined {
  const { name } = schema.key.partition;
  const item = (next ?? old)?.item;
  const key = item === undefined ? undefined : attributeOf(item, name);
  if (key === undefined || schema.indexes.every(({ isGlobal }) => isGlobal)) return undefined;
  return { ItemCollectionKey: { [name]: key }, SizeEstimateRangeGB: [0, 1] };
}
