/** The numbers of the state revenue system (MPN G2), by which money that goes into kas negara is known. */
import * as z from 'zod';

/**
 * A billing code: 15 digits.
 * @see https://id.scribd.com/document/402999745/Panduan-Pembuatan-Biling-KL-pdf the guide of SIMPONI to billing by ministries
 */
export const billingCodeSchema = z.string().regex(/^\d{15}$/);

/**
 * A Nomor Transaksi Penerimaan Negara: 16 letters and digits. It has no check digit that is published.
 * @see https://mpng2.wordpress.com/2015/04/16/ketika-ntpn-tidak-jelas-terbaca/ letters came with MPN G2
 */
export const ntpnSchema = z.string().regex(/^[0-9A-Z]{16}$/);
