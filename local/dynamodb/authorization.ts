/** Which IAM questions a DynamoDB call asks. AWS: "Actions, resources, and condition keys for Amazon DynamoDB". */
import { listOf, objectOf, textOf } from '../declared-resource.ts';
import type { AuthorizationQuery } from '../gateway/service.ts';

/** Parts of a transaction, by the member of `TransactItems` that holds them. */
const writeActions: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

/**
 * Everything that must be allowed for the call: a transaction asks for each of its parts.
 * @param arnOf the ARN of a table by its name or ARN
 */
export function questionsOf(
  operation: string,
  input: Readonly<Record<string, unknown>>,
  arnOf: (table: string) => string,
): readonly AuthorizationQuery[] {
  const question = (action: string, table: unknown, index?: unknown): AuthorizationQuery => {
    const arn = arnOf(String(table));
    const name = textOf(index);
    return { action: `dynamodb:${action}`, resource: name === undefined ? arn : `${arn}/index/${name}` };
  };
  switch (operation) {
    case 'TransactWriteItems':
      return distinct(
        listOf(input.TransactItems).flatMap((item) =>
          Object.entries(objectOf(item)).map(([kind, part]) =>
            question(writeActions[kind] ?? kind, objectOf(part).TableName),
          ),
        ),
      );
    case 'TransactGetItems':
      return distinct(
        listOf(input.TransactItems).map((item) =>
          question('GetItem', objectOf(objectOf(item).Get).TableName),
        ),
      );
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.keys(objectOf(input.RequestItems)).map((table) => question(operation, table));
    case 'ListTables':
      return [{ action: 'dynamodb:ListTables', resource: '*' }];
    case 'Query':
    case 'Scan':
      return [question(operation, input.TableName, input.IndexName)];
    default:
      return [question(operation, input.TableName)];
  }
}

function distinct(questions: readonly AuthorizationQuery[]): readonly AuthorizationQuery[] {
  return [...new Map(questions.map((each) => [`${each.action} ${each.resource}`, each])).values()];
}
