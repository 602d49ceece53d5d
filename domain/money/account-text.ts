/** An account number as people who need not pay to it see it: the last four digits. */
export function maskAccount(number: string): string {
  return `••••${number.slice(-4)}`;
}
