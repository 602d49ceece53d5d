import { expect, test } from 'vitest';
import { billOf, usageBetween } from '#cli/cloud/bill.ts';

function use(service: string, operation: string, sums: object) {
  return {
    ...{ service, operation, count: 0, readUnits: 0, writeUnits: 0, gibSeconds: 0 },
    ...sums,
  };
}

test('a bill is what was used times its price', () => {
  const bill = billOf([
    use('states', 'transition', { count: 80 }),
    use('dynamodb', 'TransactWriteItems', { count: 2, writeUnits: 500_000 }),
    use('dynamodb', 'PutItem', { count: 2, writeUnits: 500_000 }),
    use('iam', 'GetRole', { count: 9 }),
  ]);
  expect(bill.lines).toEqual([
    { name: 'Step Functions: state transitions', amount: 80, cost: 0.002 },
    { name: 'DynamoDB: write units', amount: 1_000_000, cost: 0.625 },
  ]);
  expect(bill.total).toBeCloseTo(0.627, 10);
});

test('what was used before is not charged again', () => {
  const [between] = usageBetween(
    [use('ses', 'SendEmail', { count: 3 })],
    [use('ses', 'SendEmail', { count: 10 })],
  );
  expect(between?.count).toBe(7);
});
