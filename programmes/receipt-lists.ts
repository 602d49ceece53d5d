/**
 * The treasury's lists of receipts as CSV or Excel, by their layouts. That a KPPN confirms deposits by NTPN and amount, and that one NTPN
 * may be divided among accounts of the budget, is published; the columns are illustrative: a list that differs is a layout more here.
 *
 * @see http://www.djpbn.kemenkeu.go.id/kppn/kotabumi/id/layanan/bank-giro-pos/konfirmasi-setoran.html by PER-05/PB/2018
 */
import { type ReceiptLayout, receiptLayoutSchema } from '#domain/money/receipt-layout.ts';
import file from './receipt-lists.json' with { type: 'json' };

/** Parsed once in a process: to compile a schema before takes longer than to interpret it. */
export const receiptLists: readonly ReceiptLayout[] = file.map((one) =>
  receiptLayoutSchema.parse(one, { jitless: true }),
);
