/** What a table is made of: its key and its indexes, as CreateTable has them. AWS: "CreateTable" in the API reference. */
import { listOf, objectOf, textOf } from '../../declared-resource.ts';
import { constraint, invalidParameters, validation } from '../errors.ts';

export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

export interface KeySchema {
  readonly partition: KeyAttribute;
  readonly sort?: KeyAttribute;
}

export interface IndexSchema {
  readonly name: string;
  readonly isGlobal: boolean;
  readonly key: KeySchema;
  /** Attributes in the index; by default all of them. */
  readonly projected?: ReadonlySet<string>;
}

/** The members of a CreateTable request that describe the table. */
export interface TableDefinition {
  readonly TableName: string;
  readonly AttributeDefinitions: readonly unknown[];
  readonly KeySchema: readonly unknown[];
  readonly GlobalSecondaryIndexes?: readonly unknown[];
  readonly LocalSecondaryIndexes?: readonly unknown[];
}

export interface TableSchema {
  readonly name: string;
  readonly key: KeySchema;
  readonly indexes: readonly IndexSchema[];
}

/** Names of a key's attributes. */
export function namesOf({ partition, sort }: KeySchema): readonly string[] {
  return sort === undefined ? [partition.name] : [partition.name, sort.name];
}

/** Attributes that say where an entry of an index lies: the index's key and the table's. */
export function positionNames(table: KeySchema, index?: IndexSchema): readonly string[] {
  return [...new Set([...namesOf(table), ...(index === undefined ? [] : namesOf(index.key))])];
}

/** The definition in a request. @throws {DynamoDbError} for one that describes no table */
export function definitionOf(input: Readonly<Record<string, unknown>>): TableDefinition {
  const name = textOf(input.TableName);
  if (name === undefined)
    throw validation("The parameter 'TableName' is required but was not present in the request");
  if (name.length < 3) {
    throw constraint(`'${name}'`, 'tableName', 'have length greater than or equal to 3');
  }
  if (!/^[a-zA-Z0-9_.-]+$/.test(name)) {
    throw constraint(`'${name}'`, 'tableName', 'satisfy regular expression pattern: [a-zA-Z0-9_.-]+');
  }
  const indexes = (value: unknown): readonly unknown[] | undefined =>
    value === undefined || value === null ? undefined : listOf(value);
  const [global, local] = [indexes(input.GlobalSecondaryIndexes), indexes(input.LocalSecondaryIndexes)];
  return {
    TableName: name,
    AttributeDefinitions: listOf(input.AttributeDefinitions),
    KeySchema: listOf(input.KeySchema),
    ...(global === undefined ? {} : { GlobalSecondaryIndexes: global }),
    ...(local === undefined ? {} : { LocalSecondaryIndexes: local }),
  };
}

/** @throws {DynamoDbError} for a key without its attributes, or an index that is none */
export function schemaOf(definition: TableDefinition): TableSchema {
  const types = new Map(
    definition.AttributeDefinitions.map((each) => {
      const { AttributeName: name, AttributeType: type } = objectOf(each);
      if (type !== 'S' && type !== 'N' && type !== 'B') {
        throw validation(
          `1 validation error detected: Value '${String(type)}' at 'attributeDefinitions.1.member.attributeType' failed to satisfy constraint: Member must satisfy enum value set: [B, N, S]`,
        );
      }
      return [String(name), type] as const;
    }),
  );
  const used = new Set<string>();
  const keyOf = (input: unknown): KeySchema => {
    const [partition, sort, ...more] = listOf(input).map((each) => {
      const { AttributeName: name, KeyType: kind } = objectOf(each);
      const type = types.get(String(name));
      if (type === undefined)
        throw validation('Invalid KeySchema: Some index key attribute have no definition');
      used.add(String(name));
      return { name: String(name), type, kind };
    });
    if (partition?.kind !== 'HASH' || more.length > 0) {
      throw validation('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
    }
    if (sort === undefined) return { partition: { name: partition.name, type: partition.type } };
    if (sort.kind !== 'RANGE') {
      throw validation('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
    }
    if (sort.name === partition.name) {
      throw validation('Invalid KeySchema: Some index key attribute have no definition');
    }
    return {
      partition: { name: partition.name, type: partition.type },
      sort: { name: sort.name, type: sort.type },
    };
  };
  const key = keyOf(definition.KeySchema);
  if (definition.LocalSecondaryIndexes !== undefined && key.sort === undefined) {
    throw invalidParameters(
      'Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
    );
  }
  const indexOf = (input: unknown, isGlobal: boolean): IndexSchema => {
    const { IndexName: name, KeySchema: schema, Projection: projection } = objectOf(input);
    const ofIndex = keyOf(schema);
    if (!isGlobal && ofIndex.partition.name !== key.partition.name) {
      throw invalidParameters(
        `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${String(name)}. ` +
          `index hash key: ${ofIndex.partition.name}, table hash key: ${key.partition.name}`,
      );
    }
    const { ProjectionType: kind, NonKeyAttributes: others } = objectOf(projection);
    if (kind === 'ALL') return { name: String(name), isGlobal, key: ofIndex };
    if (kind !== 'KEYS_ONLY' && kind !== 'INCLUDE') {
      throw invalidParameters(`Unknown ProjectionType: ${String(kind ?? null)}`);
    }
    const included = kind === 'INCLUDE' ? listOf(others).map(String) : [];
    return {
      name: String(name),
      isGlobal,
      key: ofIndex,
      projected: new Set([...namesOf(key), ...namesOf(ofIndex), ...included]),
    };
  };
  const indexes = [
    ...(definition.GlobalSecondaryIndexes ?? []).map((each) => indexOf(each, true)),
    ...(definition.LocalSecondaryIndexes ?? []).map((each) => indexOf(each, false)),
  ];
  for (const [position, { name }] of indexes.entries()) {
    if (indexes.slice(0, position).some((earlier) => earlier.name === name)) {
      throw invalidParameters(`Duplicate index name: ${name}`);
    }
  }
  if (used.size < types.size) {
    throw invalidParameters(
      'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    );
  }
  return { name: definition.TableName, key, indexes };
}
