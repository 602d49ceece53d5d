/** The lists of bookings that banks give as CSV or Excel, by their layouts. A bank changes its list: then a layout is added here. */
import { type ListLayout, listLayoutSchema } from '#domain/money/list-layout.ts';
import file from './bank-lists.json' with { type: 'json' };

/** Parsed once in a process: to compile a schema before takes longer than to interpret it. */
export const bankLists: readonly ListLayout[] = file.map((one) =>
  listLayoutSchema.parse(one, { jitless: true }),
);
