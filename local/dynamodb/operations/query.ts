/** Query. AWS: "Query" in the API reference. */
import { validation } from '../errors.ts';
import { bindKeyCondition } from '../expressions/key-condition.ts';
import { justBehind, partitionBytes, type Range, rangeOf } from '../storage/key-encoding.ts';
import { namesOf } from '../storage/table-schema.ts';
import { expectPage, readingOf, readPage, startIn, wantedIn } from './page.ts';
import { type Context, expressionIn, type Input, type Outcome, placeholdersOf } from './request.ts';

export function query(context: Context, input: Input): Outcome {
  expectPage(input);
  if (typeof input.Limit === 'number' && input.Limit < 1) {
    throw validation(
      "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    );
  }
  const placeholders = placeholdersOf(
    'Query',
    input,
    ['ProjectionExpression', 'FilterExpression', 'KeyConditionExpression'],
    ['AttributesToGet', 'QueryFilter', 'ConditionalOperator', 'KeyConditions'],
  );
  const text = expressionIn(input, 'KeyConditionExpression');
  if (text === undefined) {
    throw validation(
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    );
  }
  const wanted = wantedIn(input, placeholders);
  const reading = readingOf(context, input, wanted);
  const { key } = (reading.index ?? reading.table).schema;
  const condition = bindKeyCondition(text, placeholders, key.partition, key.sort);
  placeholders.expectAllUsed();
  const inKey = namesOf(key).find((name) => wanted.filter?.attributes.has(name));
  if (inKey !== undefined) {
    throw validation(
      `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${inKey}`,
    );
  }
  const partition = partitionBytes(condition.partition);
  const ascending = input.ScanIndexForward !== false;
  let range: Range = rangeOf(condition.sort);
  const start = startIn(input, reading);
  if (start !== undefined) {
    if (Buffer.compare(start.partition, partition) !== 0) {
      throw validation('The provided starting key is outside query boundaries based on provided conditions');
    }
    if (Buffer.compare(start.place, range.from) < 0 || Buffer.compare(start.place, range.to) >= 0) {
      throw validation('The provided starting key does not match the range key predicate');
    }
    range = ascending
      ? { from: justBehind(start.place), to: range.to }
      : { from: range.from, to: Buffer.from(start.place) };
  }
  const { entries } = reading.index ?? { entries: reading.table.items };
  return readPage(reading, entries.inPartition(partition, range, ascending));
}
