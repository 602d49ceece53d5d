/** Which characters a text may have on its way to a bank. */

/** Text as `JARING-BULK-1` can carry it: without the divider, without control characters, without doubled spaces. */
export function bankText(text: string): string {
  return text
    .replaceAll(/[|\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
}
