/** Scan. AWS: "Scan" in the API reference. */
import { constraint, type DynamoDbError, validation } from '../errors.ts';
import { segmentRange } from '../storage/key-encoding.ts';
import { expectPage, readingOf, readPage, startIn, wantedIn } from './page.ts';
import { type Context, type Input, type Outcome, placeholdersOf } from './request.ts';

const mostSegments = 1_000_000;

export function scan(context: Context, input: Input): Outcome {
  expectPage(input);
  if (typeof input.Limit === 'number' && input.Limit < 1) {
    throw constraint(`'${input.Limit}'`, 'limit', 'have value greater than or equal to 1');
  }
  const { segment, segments } = segmentIn(input);
  const placeholders = placeholdersOf(
    'Scan',
    input,
    ['ProjectionExpression', 'FilterExpression'],
    ['AttributesToGet', 'ScanFilter', 'ConditionalOperator'],
  );
  const wanted = wantedIn(input, placeholders);
  placeholders.expectAllUsed();
  const reading = readingOf(context, input, wanted);
  const range = segmentRange(segment, segments);
  const start = startIn(input, reading);
  if (
    start !== undefined &&
    (Buffer.compare(start.partition, range.from) < 0 || Buffer.compare(start.partition, range.to) >= 0)
  ) {
    throw validation(
      'The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. ' +
        `TotalSegments: ${segments} Segment: ${segment}`,
    );
  }
  const { entries } = reading.index ?? { entries: reading.table.items };
  return readPage(reading, entries.inPartitions(range, start));
}

function segmentIn({ Segment: segment, TotalSegments: segments }: Input): {
  readonly segment: number;
  readonly segments: number;
} {
  if (typeof segments === 'number') {
    if (segments < 1) throw outside(segments, 'totalSegments', 'have value greater than or equal to 1');
    if (segments > mostSegments) {
      throw outside(segments, 'totalSegments', `have value less than or equal to ${mostSegments}`);
    }
  }
  if (typeof segment === 'number' && segment < 0) {
    throw outside(segment, 'segment', 'have value greater than or equal to 0');
  }
  if (typeof segment === 'number' && typeof segments !== 'number') {
    throw validation(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
  }
  if (typeof segments === 'number' && typeof segment !== 'number') {
    throw validation(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    );
  }
  if (typeof segment !== 'number' || typeof segments !== 'number') return { segment: 0, segments: 1 };
  if (segment >= segments) {
    throw validation(
      'The Segment parameter is zero-based and must be less than parameter TotalSegments: ' +
        `Segment: ${segment} is not less than TotalSegments: ${segments}`,
    );
  }
  return { segment, segments };
}

function outside(value: number, parameter: string, must: string): DynamoDbError {
  return constraint(`'${value}'`, parameter, must);
}
