/** The numbers of the state revenue system (MPN G2), by which money that goes into kas negara is known. */
import * as z from 'zod';

/**
 * A billing code: 15 digits.
 * @see https://id.scribd.com/document/402999745/Panduan-Pembuatan-Biling-KL-pdf the guide of SIMPONI to billing by ministries
 */
export const billingCodeSchema = z.string().regex(/^\d{15}$/);

/**
 * A Nomor Transaksi Penerimaan Negara: 16 letters and digits. It has no check digit that is published, so that a bank's own reference
 * can look like one: the form proves nothing.
 * @see https://mpng2.wordpress.com/2015/04/16/ketika-ntpn-tidak-jelas-terbaca/ letters came with MPN G2
 * @see https://yusufbimbi.blogspot.com/2016/04/ntpn-nomor-transaksi-penerimaan-negara.html one of 16, letters and digits mixed
 */
export const ntpnSchema = z
  .string()
  .regex(/^[0-9A-Z]{16}$/)
  // What fills a field that was left empty.
  .refine((text) => new Set(text).size > 1);
