import { expect, it } from 'vitest';
import { UsageMeter } from '#local/usage/meter.ts';

it('sums what each operation used, in the order of their names', () => {
  const meter = new UsageMeter();
  meter.count('s3', 'PutObject');
  meter.count('lambda', 'invocation', { ms: 500, memoryMb: 512 });
  meter.count('lambda', 'invocation', { ms: 1500, memoryMb: 512 });
  meter.count('dynamodb', 'PutItem', { writeUnits: 2 });
  meter.count('dynamodb', 'Query', { readUnits: 0.5 });
  meter.count('states', 'transition', { amount: 7 });
  expect(meter.report()).toMatchObject([
    { service: 'dynamodb', operation: 'PutItem', count: 1, writeUnits: 2, readUnits: 0 },
    { service: 'dynamodb', operation: 'Query', count: 1, writeUnits: 0, readUnits: 0.5 },
    { service: 'lambda', operation: 'invocation', count: 2, ms: 2000, gibSeconds: 1 },
    { service: 's3', operation: 'PutObject', count: 1 },
    { service: 'states', operation: 'transition', count: 7 },
  ]);
});
