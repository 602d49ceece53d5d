/** Phone numbers as people write them, and as the networks want them. */

/** Indonesian mobile numbers begin with 8 and have nine to twelve digits after the country code. */
const mobile = /^8\d{8,11}$/;

/**
 * An Indonesian mobile number in the form of E.164: `0812-3456 789`, `62812…` and `+62812…` all become `+62812…`.
 *
 * @returns undefined for what no text message reaches: a landline, a number of another country, or none at all
 */
export function mobileNumber(written: string | undefined): string | undefined {
  const digits = written?.replaceAll(/[\s().-]/g, '') ?? '';
  const national = /^(?:\+62|62|0)(\d+)$/.exec(digits)?.[1];
  return national !== undefined && mobile.test(national) ? `+62${national}` : undefined;
}
