/** An account number as people who need not pay to it see it: the last four digits. */
export function maskAccount(number: string): string {
  return `••••${number.slice(-4)}`;
}

/** An account number without the blanks, dots and dashes that people write in it; anything else stays, to be refused. */
export function cleanAccount(number: string): string {
  return number.replaceAll(/[\s.\u2010-\u2015-]/gu, '');
}

/** An account as it is compared: the same bank and number, whatever zeros stand in front of it. */
export function comparableAccount({ bankCode, number }: { bankCode: string; number: string }): string {
  return `${bankCode}:${cleanAccount(number).replace(/^0+/, '')}`;
}
