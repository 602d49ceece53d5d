/** Reads the items of a distributed Map from S3. */
import { parse } from 'csv-parse/sync';
import { AwsError } from '../gateway/aws-error.ts';
import type { ReaderPlan } from './core/distributed-map.ts';
import { type Item, isRecord } from './core/fields.ts';
import type { ItemFormat } from './core/machine.ts';

/** Makes one call to S3 with the state machine's rights. */
export type S3Call = (action: string, input: Readonly<Record<string, unknown>>) => Promise<unknown>;

/**
 * The items that a reader's plan leads to.
 * @throws {AwsError} what S3 refuses
 * @throws {Error} for content that is not what the plan says
 */
export async function readItems(plan: ReaderPlan, s3: S3Call): Promise<readonly Item[]> {
  const place = isRecord(plan.arguments) ? plan.arguments : {};
  const items =
    plan.action === 'getObject' ? await readObject(plan, place, s3) : await listObjects(plan, place, s3);
  return items.slice(0, plan.maxItems ?? items.length);
}

async function readObject(
  plan: ReaderPlan,
  place: Readonly<Record<string, unknown>>,
  s3: S3Call,
): Promise<readonly Item[]> {
  const answer = await s3('getObject', place);
  const body = isRecord(answer) ? answer.Body : undefined;
  if (typeof body !== 'string') throw new AwsError('InternalError', 'S3 answered without a body.', 500);
  return itemsOfText(body.replace(/^\uFEFF/, ''), plan.format ?? { type: 'JSON' });
}

/**
 * The items in the content of an object.
 * @throws {Error} for content that is not of the format
 */
export function itemsOfText(text: string, format: ItemFormat): readonly Item[] {
  switch (format.type) {
    case 'JSONL':
      return text
        .split(/\r?\n/)
        .filter((line) => line.trim() !== '')
        .map((line) => ({ value: JSON.parse(line) }));
    case 'CSV':
      return rowsOf(text, format).map((value) => ({ value }));
    case 'JSON': {
      const value = pointed(JSON.parse(text), format.pointer ?? '');
      if (Array.isArray(value)) return value.map((item: unknown) => ({ value: item }));
      if (isRecord(value)) {
        return Object.entries(value).map(([key, field]) => ({ key, value: { Key: key, Value: field } }));
      }
      throw new Error('Attempting to map over non-iterable node.');
    }
  }
}

/** Rows as objects by header: values that are missing are empty, values without a header are left out. */
function rowsOf(text: string, format: Extract<ItemFormat, { type: 'CSV' }>): readonly object[] {
  const rows: string[][] = parse(text, {
    delimiter: format.delimiter,
    relax_column_count: true,
    skip_empty_lines: true,
  });
  const headers = format.headers ?? rows.shift() ?? [];
  return rows.map((row) => Object.fromEntries(headers.map((header, index) => [header, row[index] ?? ''])));
}

/** The value that a JSON pointer (RFC 6901) leads to. */
function pointed(value: unknown, pointer: string): unknown {
  let at = value;
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    at = typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? Reflect.get(at, name) : undefined;
  }
  return at;
}

async function listObjects(
  plan: ReaderPlan,
  place: Readonly<Record<string, unknown>>,
  s3: S3Call,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let token: unknown;
  do {
    const answer = await s3('listObjectsV2', {
      ...place,
      ...(token === undefined ? {} : { ContinuationToken: token }),
    });
    const page = isRecord(answer) ? answer : {};
    for (const object of Array.isArray(page.Contents) ? page.Contents : []) {
      const { ETag, Key, LastModified, Size, StorageClass } = isRecord(object) ? object : {};
      const modified = Math.floor(Date.parse(String(LastModified)) / 1000);
      items.push({ value: { Etag: ETag, Key, LastModified: modified, Size, StorageClass } });
    }
    token = page.NextContinuationToken;
  } while (token !== undefined && items.length < (plan.maxItems ?? Number.POSITIVE_INFINITY));
  return items;
}
