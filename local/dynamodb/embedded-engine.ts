/** DynamoDB in this process: tables in SQLite, every operation done at once and whole. */
import { textOf } from '../declared-resource.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { consumedCapacity, unitsOf } from './capacity.ts';
import type { DynamoDbAnswer, DynamoDbCall, DynamoDbEngine } from './engine-port.ts';
import { DynamoDbError } from './errors.ts';
import { batchGetItem, batchWriteItem } from './operations/batches.ts';
import { query } from './operations/query.ts';
import { getItem } from './operations/read-item.ts';
import { type Context, type Input, member, type Outcome } from './operations/request.ts';
import { scan } from './operations/scan.ts';
import { createTable, describeTable, listTables } from './operations/tables.ts';
import { transactGetItems, transactWriteItems } from './operations/transactions.ts';
import { deleteItem, putItem, updateItem } from './operations/write-item.ts';

const operations: Readonly<Record<string, (context: Context, input: Input) => Outcome>> = {
  BatchGetItem: batchGetItem,
  BatchWriteItem: batchWriteItem,
  CreateTable: createTable,
  DeleteItem: deleteItem,
  DescribeTable: describeTable,
  GetItem: getItem,
  ListTables: listTables,
  PutItem: putItem,
  Query: query,
  Scan: scan,
  TransactGetItems: transactGetItems,
  TransactWriteItems: transactWriteItems,
  UpdateItem: updateItem,
};

/** Operations that answer with a list of what they consumed, one for each table. */
const ofManyTables = new Set(['BatchGetItem', 'BatchWriteItem', 'TransactGetItems', 'TransactWriteItems']);

export class EmbeddedDynamoDb implements DynamoDbEngine {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  async call({ operation, input }: DynamoDbCall): Promise<DynamoDbAnswer> {
    try {
      const outcome = this.#do(operation, input);
      const members = [...outcome.members, ...capacityMember(operation, input, outcome)];
      return { status: 200, body: `{${members.join()}}`, units: unitsOf(outcome.charges) };
    } catch (error) {
      if (error instanceof DynamoDbError) return refusal(error);
      throw isOfSqlite(error)
        ? new AwsError(
            'InternalServerError',
            `The tables could not be read or written: ${error.message}`,
            500,
          )
        : error;
    }
  }

  #do(operation: string, input: Input): Outcome {
    const act = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (act === undefined) {
      throw new DynamoDbError('UnknownOperationException', `There is no operation ${operation}.`);
    }
    return act(this.#context, input);
  }

  async stop(): Promise<void> {
    this.#context.database.close();
  }
}

function capacityMember(operation: string, input: Input, { charges, axis }: Outcome): readonly string[] {
  const mode = textOf(input.ReturnConsumedCapacity);
  if ((mode !== 'TOTAL' && mode !== 'INDEXES') || charges.length === 0) return [];
  const consumed = consumedCapacity(charges, mode, axis);
  return [member('ConsumedCapacity', JSON.stringify(ofManyTables.has(operation) ? consumed : consumed[0]))];
}

function refusal({ code, message, status, details }: DynamoDbError): DynamoDbAnswer {
  const namespace =
    code === 'ValidationException' ? 'com.amazon.coral.validate' : 'com.amazonaws.dynamodb.v20120810';
  return { status, body: JSON.stringify({ __type: `${namespace}#${code}`, message, ...details }) };
}

/** On a full disk, above all: nothing of the call was kept. */
function isOfSqlite(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
}
