/**
 * The table's shape, said once: the CDK app creates it, the tests create it, the store reads it.
 *
 * The index is sparse and holds keys only: an item is in it exactly while its status is one that a reader looks
 * for (a stage, an answer not yet resumed, a payment ready to go), so it costs a write only when that changes.
 */
export const tableDefinition = {
  partitionKey: 'pk',
  sortKey: 'sk',
  index: { name: 'byStatus', partitionKey: 'gsi1pk', sortKey: 'gsi1sk' },
} as const;
