/** What AWS would have charged: the meters of the embedded cloud times a dated list of prices. */
import { z } from 'zod';
import prices from './prices.json' with { type: 'json' };

/** The sums that `GET /_local/usage` reports. */
const usageSchema = z.array(
  z.looseObject({
    service: z.string(),
    operation: z.string(),
    count: z.number(),
    readUnits: z.number(),
    writeUnits: z.number(),
    gibSeconds: z.number(),
  }),
);
export type UsageReport = z.output<typeof usageSchema>;

const priceListSchema = z.strictObject({
  asOf: z.iso.date(),
  region: z.string(),
  currency: z.literal('USD'),
  note: z.string(),
  prices: z.array(
    z.strictObject({
      name: z.string(),
      service: z.string(),
      /** The operations that it is for; null for all of the service. */
      operations: z.array(z.string()).nullable(),
      measure: z.enum(['count', 'gibSeconds', 'readUnits', 'writeUnits']),
      /** How many the price is for. */
      per: z.number().positive(),
      price: z.number().nonnegative(),
      /** Where the price is published. */
      source: z.url(),
    }),
  ),
});

/** The list that bills are made by. */
export const priceList = priceListSchema.parse(prices);

interface BillLine {
  name: string;
  amount: number;
  /** US dollars. */
  cost: number;
}

export interface Bill {
  lines: BillLine[];
  /** US dollars. */
  total: number;
}

/** @param usage as the embedded cloud reports it: the list, or an object that holds it */
export function readUsage(usage: unknown): UsageReport {
  return z
    .union([usageSchema, z.object({ usage: usageSchema }).transform((report) => report.usage)])
    .parse(usage);
}

/** The use between two readings of the meters. */
export function usageBetween(before: UsageReport, after: UsageReport): UsageReport {
  return after.map((use) => {
    const earlier = before.find(
      ({ service, operation }) => service === use.service && operation === use.operation,
    );
    return {
      ...use,
      count: use.count - (earlier?.count ?? 0),
      readUnits: use.readUnits - (earlier?.readUnits ?? 0),
      writeUnits: use.writeUnits - (earlier?.writeUnits ?? 0),
      gibSeconds: use.gibSeconds - (earlier?.gibSeconds ?? 0),
    };
  });
}

/** The bill, by the order of the price list; what was not used is left out. */
export function billOf(usage: UsageReport): Bill {
  const lines = priceList.prices
    .map(({ name, service, operations, measure, per, price }): BillLine => {
      const amount = usage
        .filter((use) => use.service === service && (operations?.includes(use.operation) ?? true))
        .reduce((sum, use) => sum + use[measure], 0);
      return { name, amount, cost: (amount / per) * price };
    })
    .filter(({ amount }) => amount > 0);
  return { lines, total: lines.reduce((sum, { cost }) => sum + cost, 0) };
}
