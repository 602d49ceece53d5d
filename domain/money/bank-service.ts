/** The interbank services of Bank Indonesia, and which of them carries a transfer. */
import * as z from 'zod';
import { type Rupiah, rupiah } from './rupiah.ts';

/** The interbank service: by amount (BI-FAST up to Rp250m, SKNBI up to Rp1bn, RTGS above). */
export const bankServiceSchema = z.enum(['BIFAST', 'SKNBI', 'RTGS']);
export type BankService = z.output<typeof bankServiceSchema>;

/** The largest transfer of each service, in rupiah. */
export const serviceLimits = { BIFAST: rupiah(250_000_000), SKNBI: rupiah(1_000_000_000) } as const;

/** The cheapest service that carries the amount. */
export function bankServiceFor(amount: Rupiah): BankService {
  if (amount <= serviceLimits.BIFAST) return 'BIFAST';
  return amount <= serviceLimits.SKNBI ? 'SKNBI' : 'RTGS';
}
