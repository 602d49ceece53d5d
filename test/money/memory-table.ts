/**
 * A table in memory that answers the store's calls as DynamoDB does, and can be copied in no time.
 *
 * It stands in for the database where thousands of histories are tried; `memory-table.test.ts` compares it with a real one.
 * It knows the calls and expressions that the store uses, and refuses any other by name. One call takes effect at once and
 * whole; reads of the index are as consistent as those of the table.
 */
import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

export type Item = Readonly<Record<string, AttributeValue>>;

/** What an expression is evaluated with. */
interface Placeholders {
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
}

/** Not a call, or not an expression, that this table knows. */
export class UnknownToTable extends Error {
  override readonly name = 'UnknownToTable';
}

function invalid(message: string) {
  return new DynamoDBServiceException({
    name: 'ValidationException',
    $fault: 'client',
    message,
    $metadata: {},
  });
}

const absentOperand = 'The provided expression refers to an attribute that does not exist in the item';

/** A refused part of a transaction. */
interface Refusal {
  Code: string;
  Item?: Record<string, AttributeValue>;
}

/** One write, checked: what becomes of its item, or why it is refused. */
interface Write {
  pk: string;
  sk: string;
  /** Undefined removes the item; absent leaves it. */
  after?: { item: Item | undefined };
}

/** The sort keys that a query of the table is for; undefined for a condition that is not known here. */
function placesOf(
  text: string | undefined,
  values: Record<string, AttributeValue>,
): ((sk: string) => boolean) | undefined {
  const { ':prefix': prefix, ':from': from, ':to': to } = values;
  switch (text) {
    case 'pk = :pk AND begins_with(sk, :prefix)':
      return (sk) => sk.startsWith(prefix?.S ?? '');
    case 'pk = :pk AND sk BETWEEN :from AND :to':
      return (sk) => sk >= (from?.S ?? '') && sk <= (to?.S ?? '');
    default:
      return undefined;
  }
}

export class MemoryTable {
  readonly #partitions: Map<string, Map<string, Item>>;
  /** Where a partition was written since the table was copied; others are still shared with the original. */
  readonly #own = new Set<string>();

  constructor(partitions: ReadonlyMap<string, Map<string, Item>> = new Map()) {
    this.#partitions = new Map(partitions);
  }

  /** The same items; what is written to one is not seen in the other. */
  copy(): MemoryTable {
    this.#own.clear();
    return new MemoryTable(this.#partitions);
  }

  *items(): Generator<Item> {
    for (const partition of this.#partitions.values()) yield* partition.values();
  }

  /** A client of the SDK's as far as the store needs one. */
  client(): DynamoDBClient {
    return { send: async (command: object) => this.send(command) } as unknown as DynamoDBClient;
  }

  /** Answers a command as DynamoDB would. @throws its errors; {UnknownToTable} */
  send(command: object): object {
    if (command instanceof GetItemCommand) {
      const item = this.#get(command.input.Key ?? {});
      return item === undefined ? {} : { Item: item };
    }
    if (command instanceof BatchGetItemCommand) return this.#batchGet(command.input);
    if (command instanceof QueryCommand) return this.#query(command.input);
    if (command instanceof PutItemCommand) return this.#single({ Put: command.input } as TransactWriteItem);
    if (command instanceof UpdateItemCommand) {
      this.#single({ Update: command.input } as TransactWriteItem);
      return { Attributes: this.#get(command.input.Key ?? {}) };
    }
    if (command instanceof TransactWriteItemsCommand)
      return this.#transact(command.input.TransactItems ?? []);
    throw new UnknownToTable(command.constructor.name);
  }

  #get(key: Record<string, AttributeValue>): Item | undefined {
    return this.#partitions.get(key.pk?.S ?? '')?.get(key.sk?.S ?? '');
  }

  #batchGet({ RequestItems = {} }: BatchGetItemCommand['input']): object {
    const answers = Object.entries(RequestItems).map(([table, { Keys = [] }]) => {
      if (Keys.length > 100) throw invalid('Too many items requested for the BatchGetItem call');
      const names = Keys.map(({ pk, sk }) => `${pk?.S} ${sk?.S}`);
      if (new Set(names).size < names.length) throw invalid('Provided list of item keys contains duplicates');
      return [table, Keys.map((key) => this.#get(key)).filter((item) => item !== undefined)];
    });
    return { Responses: Object.fromEntries(answers), UnprocessedKeys: {} };
  }

  #query(input: QueryCommand['input']): object {
    const { KeyConditionExpression: text, IndexName, ExclusiveStartKey, Limit, Select } = input;
    const { ScanIndexForward = true } = input;
    const values = input.ExpressionAttributeValues ?? {};
    const pk = values[':pk']?.S ?? '';
    let found: Item[];
    const places = IndexName === undefined ? placesOf(text, values) : undefined;
    if (places !== undefined) {
      found = [...(this.#partitions.get(pk) ?? [])]
        .filter(([sk]) => places(sk))
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([, item]) => item);
    } else if (IndexName !== undefined && /^gsi1pk = :pk( AND gsi1sk > :after)?$/.test(text ?? '')) {
      const after = values[':after']?.S ?? '';
      found = [...this.items()]
        .filter((item) => item.gsi1pk?.S === pk && (item.gsi1sk?.S ?? '') > after)
        .sort((one, other) => ((one.gsi1sk?.S ?? '') < (other.gsi1sk?.S ?? '') ? -1 : 1))
        .map(({ pk, sk, gsi1pk, gsi1sk }) => ({ pk, sk, gsi1pk, gsi1sk }) as Item);
    } else throw new UnknownToTable(`query ${text}`);
    if (!ScanIndexForward) found.reverse();
    const start = ExclusiveStartKey;
    const from =
      start === undefined
        ? 0
        : found.findIndex((item) => item.pk?.S === start.pk?.S && item.sk?.S === start.sk?.S) + 1;
    const page = found.slice(from, Limit === undefined ? undefined : from + Limit);
    const last = page.at(-1);
    return {
      Count: page.length,
      ...(Select !== 'COUNT' && { Items: page }),
      ...(Limit !== undefined &&
        page.length === Limit &&
        last !== undefined && {
          LastEvaluatedKey: {
            pk: last.pk,
            sk: last.sk,
            ...(IndexName !== undefined && { gsi1pk: last.gsi1pk, gsi1sk: last.gsi1sk }),
          },
        }),
    };
  }

  /** A write of its own. */
  #single(part: TransactWriteItem): object {
    const judged = this.#judge(part);
    if ('Code' in judged)
      throw judged.Code === 'ConditionalCheckFailed'
        ? new ConditionalCheckFailedException({
            ...{ message: 'The conditional request failed', $metadata: {} },
            ...(judged.Item !== undefined && { Item: judged.Item }),
          })
        : invalid(absentOperand);
    this.#apply(judged);
    return {};
  }

  #transact(parts: readonly TransactWriteItem[]): object {
    if (parts.length > 100) throw invalid('Member must have length less than or equal to 100');
    const judged = parts.map((part) => this.#judge(part));
    const names = parts.map((part) => showKey(keyOf(part)));
    if (new Set(names).size < names.length)
      throw invalid('Transaction request cannot include multiple operations on one item');
    if (judged.some((each) => 'Code' in each))
      throw new TransactionCanceledException({
        message: 'Transaction cancelled, please refer cancellation reasons for specific reasons',
        $metadata: {},
        CancellationReasons: judged.map((each) => ('Code' in each ? each : { Code: 'None' })),
      });
    for (const each of judged) if (!('Code' in each)) this.#apply(each);
    return {};
  }

  #judge(part: TransactWriteItem): Write | Refusal {
    const [kind, write] = only(part);
    const key = keyOf(part);
    const [pk, sk] = [key.pk?.S ?? '', key.sk?.S ?? ''];
    const before = this.#get(key);
    if (write.ConditionExpression !== undefined && !holds(write.ConditionExpression, before, write))
      return {
        Code: 'ConditionalCheckFailed',
        ...('ReturnValuesOnConditionCheckFailure' in write &&
          write.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' &&
          before !== undefined && { Item: before }),
      };
    switch (kind) {
      case 'Put':
        return { pk, sk, after: { item: part.Put?.Item ?? {} } };
      case 'Delete':
        return { pk, sk, after: { item: undefined } };
      case 'ConditionCheck':
        return { pk, sk };
      case 'Update': {
        const item = updated(part.Update?.UpdateExpression ?? '', before ?? key, write);
        return item === undefined ? { Code: 'ValidationError' } : { pk, sk, after: { item } };
      }
    }
  }

  #apply({ pk, sk, after }: Write): void {
    if (after === undefined) return;
    let partition = this.#partitions.get(pk);
    if (partition === undefined || !this.#own.has(pk)) {
      partition = new Map(partition);
      this.#partitions.set(pk, partition);
      this.#own.add(pk);
    }
    if (after.item === undefined) partition.delete(sk);
    else partition.set(sk, after.item);
  }
}

const kinds = ['Put', 'Update', 'Delete', 'ConditionCheck'] as const;

function only(part: TransactWriteItem) {
  const kind = kinds.find((each) => part[each] !== undefined);
  const write = kind && part[kind];
  if (kind === undefined || write === undefined) throw new UnknownToTable(Object.keys(part).join());
  return [kind, write] as const;
}

function keyOf(part: TransactWriteItem): Record<string, AttributeValue> {
  const { pk, sk } = part.Put?.Item ?? part.Update?.Key ?? part.Delete?.Key ?? part.ConditionCheck?.Key ?? {};
  if (pk?.S === undefined || sk?.S === undefined)
    throw new UnknownToTable('a key that is not of two strings');
  return { pk, sk };
}

function showKey({ pk, sk }: Record<string, AttributeValue>) {
  return `${pk?.S} ${sk?.S}`;
}

// Expressions: `a = :b`, `a >= :b` and its like, `attribute_exists(a)`, `attribute_not_exists(a)`, AND, OR, parentheses;
// `SET a = b + :c, d = list_append(d, :e), …`, `REMOVE a, …`, `ADD a :b`.

type Condition = (item: Item | undefined, names: Placeholders) => boolean;

const known = new Map<string, Condition>();

function holds(text: string, item: Item | undefined, names: Placeholders): boolean {
  let condition = known.get(text);
  if (condition === undefined) {
    condition = parsed(text);
    known.set(text, condition);
  }
  return condition(item, names);
}

function tokensOf(text: string): string[] {
  const found = text.match(/[A-Za-z_#:][\w#:]*|<>|<=|>=|[=<>(),+-]/g) ?? [];
  if (found.join('') !== text.replaceAll(/\s/g, '')) throw new UnknownToTable(text);
  return found;
}

function nameOf(word: string | undefined, { ExpressionAttributeNames: names = {} }: Placeholders): string {
  const name = word?.startsWith('#') ? names[word] : word;
  if (name === undefined) throw new UnknownToTable(`the name ${word}`);
  return name;
}

function parsed(text: string): Condition {
  const tokens = tokensOf(text);
  let next = 0;
  const take = (expected?: string): string => {
    const token = tokens[next++];
    if (token === undefined || (expected !== undefined && token !== expected)) throw new UnknownToTable(text);
    return token;
  };
  const either = (): Condition => {
    let left = both();
    while (tokens[next] === 'OR') {
      take();
      const [one, other] = [left, both()];
      left = (item, names) => one(item, names) || other(item, names);
    }
    return left;
  };
  const both = (): Condition => {
    let left = simple();
    while (tokens[next] === 'AND') {
      take();
      const [one, other] = [left, simple()];
      left = (item, names) => one(item, names) && other(item, names);
    }
    return left;
  };
  const simple = (): Condition => {
    const token = take();
    if (token === '(') {
      const inner = either();
      take(')');
      return inner;
    }
    if (token === 'attribute_exists' || token === 'attribute_not_exists') {
      take('(');
      const name = take();
      take(')');
      const wanted = token === 'attribute_exists';
      return (item, names) => (item?.[nameOf(name, names)] !== undefined) === wanted;
    }
    const comparator = comparators.get(take());
    const value = take();
    if (comparator === undefined || !value.startsWith(':')) throw new UnknownToTable(text);
    return (item, names) => {
      const [one, other] = [item?.[nameOf(token, names)], names.ExpressionAttributeValues?.[value]];
      if (other === undefined) throw new UnknownToTable(`the value ${value}`);
      return one !== undefined && comparator(one, other);
    };
  };
  const whole = either();
  if (next < tokens.length) throw new UnknownToTable(text);
  return whole;
}

/** -1, 0 or 1; undefined where the types differ. */
function order(one: AttributeValue, other: AttributeValue): number | undefined {
  if (one.N !== undefined && other.N !== undefined) return Math.sign(Number(one.N) - Number(other.N));
  if (one.S !== undefined && other.S !== undefined)
    return Buffer.compare(Buffer.from(one.S), Buffer.from(other.S));
  return undefined;
}

const comparators = new Map<string, (one: AttributeValue, other: AttributeValue) => boolean>([
  ['=', (one, other) => order(one, other) === 0],
  ['<>', (one, other) => order(one, other) !== 0],
  ['<', (one, other) => order(one, other) === -1],
  ['<=', (one, other) => (order(one, other) ?? 1) <= 0],
  ['>', (one, other) => order(one, other) === 1],
  ['>=', (one, other) => (order(one, other) ?? -1) >= 0],
]);

/** The item after an update; undefined where it adds to what is not there. */
function updated(text: string, before: Item, names: Placeholders): Item | undefined {
  const after: Record<string, AttributeValue> = { ...before };
  const value = (word: string | undefined): AttributeValue | undefined =>
    word?.startsWith(':') ? names.ExpressionAttributeValues?.[word] : before[nameOf(word, names)];
  const sum = (one: AttributeValue, sign: string | undefined, other: AttributeValue): AttributeValue => {
    if (one.N === undefined || other.N === undefined) throw new UnknownToTable(text);
    return { N: String(Number(one.N) + (sign === '-' ? -1 : 1) * Number(other.N)) };
  };
  const clauses = text.split(/\b(SET|REMOVE|ADD)\b/).slice(1);
  for (let index = 0; index < clauses.length; index += 2) {
    for (const action of (clauses[index + 1] ?? '').split(/,(?![^(]*\))/)) {
      const [, list, head = '', tail = ''] = /^\s*(\S+) = list_append\((\S+), (\S+)\)\s*$/.exec(action) ?? [];
      if (list !== undefined) {
        const [front, back] = [value(head)?.L, value(tail)?.L];
        if (front === undefined || back === undefined) return undefined;
        after[nameOf(list, names)] = { L: [...front, ...back] };
        continue;
      }
      const [target, ...rest] = tokensOf(action);
      const name = nameOf(target, names);
      switch (clauses[index]) {
        case 'SET': {
          const [equals, first, sign, second, ...more] = rest;
          if (equals !== '=' || more.length > 0) throw new UnknownToTable(text);
          const one = value(first);
          const other = sign === undefined ? undefined : value(second);
          if (one === undefined || (sign !== undefined && other === undefined)) return undefined;
          after[name] = other === undefined ? one : sum(one, sign, other);
          break;
        }
        case 'REMOVE':
          delete after[name];
          break;
        default: {
          const added = value(rest[0]);
          if (added === undefined || rest.length !== 1) throw new UnknownToTable(text);
          after[name] = sum(before[name] ?? { N: '0' }, '+', added);
        }
      }
    }
  }
  return after;
}
