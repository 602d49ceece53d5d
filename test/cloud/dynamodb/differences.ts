/**
 * Where the embedded engine answers otherwise than dynoxide 1.2.1, because AWS documents it otherwise or others measured it
 * otherwise at the service. What is not here is the same: `against-dynoxide.test.ts` asks both at random.
 */
import type { Call } from './histories.ts';

export interface Difference {
  /** What the embedded engine does, as the end of "it …". */
  readonly does: string;
  /** AWS's page, or who measured it. */
  readonly source: string;
  readonly before?: readonly Call[];
  readonly call: Call;
  /** The embedded engine's answer, or a part of it. */
  readonly answers: Readonly<Record<string, unknown>>;
}

const TableName = 'texts';
const Key = { pk: { S: 'A' }, sk: { S: '1' } };
function letters(...of: string[]) {
  return { L: of.map((S) => ({ S })) };
}

function put(attributes: object): Call {
  return {
    operation: 'PutItem',
    input: { TableName, Item: { ...Key, ...attributes } },
  };
}
function update(UpdateExpression: string, more: object = {}): Call {
  return {
    operation: 'UpdateItem',
    input: { TableName, Key, UpdateExpression, ReturnValues: 'ALL_NEW', ...more },
  };
}
function remove(ConditionExpression: string, more: object = {}): Call {
  return {
    operation: 'DeleteItem',
    input: { TableName, Key, ConditionExpression, ...more },
  };
}
function refused(message: string) {
  return { message };
}

const guide = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/';
const reference = 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/';
const dynalite = 'https://github.com/architect/dynalite, whose tests were run against the service: ';

export const differences: readonly Difference[] = [
  {
    does: 'removes several elements of a list by the positions that they had',
    source: `${guide}Expressions.UpdateExpressions.html (Removing elements from a list)`,
    before: [put({ l: letters('a', 'b', 'c', 'd') })],
    call: update('REMOVE l[0], l[1]'),
    answers: { Attributes: { ...Key, l: letters('c', 'd') } },
  },
  {
    does: 'appends what is set behind the end of a list, in the order of the positions',
    source: `${guide}Expressions.UpdateExpressions.html (Adding elements to a list)`,
    before: [put({ l: letters('a') })],
    call: update('SET l[20] = :x, l[10] = :y', {
      ExpressionAttributeValues: { ':x': { S: 'x' }, ':y': { S: 'y' } },
    }),
    answers: { Attributes: { ...Key, l: letters('a', 'y', 'x') } },
  },
  {
    does: 'does not go on from a key of another partition',
    source: `${dynalite}actions/query.js`,
    call: {
      operation: 'Query',
      input: {
        TableName,
        KeyConditionExpression: 'pk = :a',
        ExpressionAttributeValues: { ':a': { S: 'A' } },
        ExclusiveStartKey: { ...Key, pk: { S: 'B' } },
      },
    },
    answers: refused('The provided starting key is outside query boundaries based on provided conditions'),
  },
  {
    does: 'does not take for a lower bound what has no order',
    source:
      'https://github.com/ExtendDB/extenddb/pull/216 and https://github.com/getmoto/moto/pull/10272, measured',
    call: remove('a < :true', { ExpressionAttributeValues: { ':true': { BOOL: true } } }),
    answers: refused(
      'Invalid ConditionExpression: Incorrect operand type for operator or function; operator: <, operand type: BOOL',
    ),
  },
  {
    does: 'compares nothing with itself',
    source: `${dynalite}test/putItem.js`,
    call: remove('a = #a', { ExpressionAttributeNames: { '#a': 'a' } }),
    answers: refused(
      'Invalid ConditionExpression: The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]',
    ),
  },
  {
    does: 'knows no other types than there are',
    source: `${dynalite}test/putItem.js`,
    call: remove('attribute_type(a, :x)', { ExpressionAttributeValues: { ':x': { S: 'X' } } }),
    answers: refused(
      'Invalid ConditionExpression: Invalid attribute type name found; type: X, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}',
    ),
  },
  {
    does: 'removes nothing from what is not there',
    source: `${dynalite}test/updateItem.js`,
    call: update('REMOVE m.x'),
    answers: refused('The document path provided in the update expression is invalid for update'),
  },
  {
    does: 'refuses paths that overlap, in a transaction too',
    source: `${guide}Expressions.UpdateExpressions.html`,
    call: {
      operation: 'TransactWriteItems',
      input: { TransactItems: [{ Update: { TableName, Key, UpdateExpression: 'REMOVE m, m.x' } }] },
    },
    answers: refused(
      'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m], path two: [m, x]',
    ),
  },
  {
    does: 'shows no old item where there was none',
    source: `${reference}API_UpdateItem.html (ReturnValues)`,
    call: update('SET a = :x', { ReturnValues: 'ALL_OLD', ExpressionAttributeValues: { ':x': { S: 'x' } } }),
    answers: {},
  },
  {
    does: 'shows of a list only the element that was updated',
    source: `${reference}API_UpdateItem.html (ReturnValues)`,
    before: [put({ l: letters('a', 'b') })],
    call: update('SET l[0] = :x', {
      ReturnValues: 'UPDATED_OLD',
      ExpressionAttributeValues: { ':x': { S: 'x' } },
    }),
    answers: { Attributes: { l: letters('a') } },
  },
  {
    does: 'consumes the same with a projection as without',
    source: `${guide}Expressions.ProjectionExpressions.html`,
    before: [put({ large: { S: 'x'.repeat(5000) }, a: { S: 'a' } })],
    call: {
      operation: 'GetItem',
      input: {
        TableName,
        Key,
        ConsistentRead: true,
        ProjectionExpression: 'a',
        ReturnConsumedCapacity: 'TOTAL',
      },
    },
    answers: { Item: { a: { S: 'a' } }, ConsumedCapacity: { TableName, CapacityUnits: 2 } },
  },
  {
    does: 'does not filter an index by what it has not',
    source: `${guide}GSI.html (Attribute projections)`,
    call: {
      operation: 'Query',
      input: {
        TableName,
        IndexName: 'byStatus',
        KeyConditionExpression: 'gsi1pk = :x',
        FilterExpression: 'attribute_exists(n)',
        ExpressionAttributeValues: { ':x': { S: 'READY' } },
      },
    },
    answers: refused(
      'One or more parameter values were invalid: Global secondary index byStatus does not project one or more filter attributes: [n]',
    ),
  },
];
