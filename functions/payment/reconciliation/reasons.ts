/** Why an instruction was refused or money came back, in the bank's words and with what the code list says of it. */
import { reasonAbout } from '#domain/money/bank-codes.ts';
import type { BankReason } from '#domain/money/bank-entry.ts';
import { present } from '#domain/present.ts';
import { shown } from '#functions/payment/reconciliation/findings.ts';
import { all, type Element, textAt } from '#functions/payment/reconciliation/xml.ts';

/** `AddtlInf` may be given many times, of 105 characters each. */
const maxText = 500;

/** `StsRsnInf` or `RtrInf`: `Rsn/Cd`, or the bank's own `Rsn/Prtry`, and what it adds in words. */
export function reasonIn(information: Element): BankReason {
  const code = textAt(information, 'Rsn/Cd');
  const proprietary = textAt(information, 'Rsn/Prtry') ?? textAt(information, 'Rsn');
  const text = all(information, 'AddtlInf')
    .map((each) => each.text.trim())
    .join(' ')
    .slice(0, maxText);
  return present<BankReason>({
    code: code && shown(code),
    proprietary: proprietary && shown(proprietary),
    text: text === '' ? undefined : text,
    // Some banks write a code of the list as their own.
    about: reasonAbout(code ?? proprietary),
  });
}

/** What the bank says besides that code, in its own words: texts, further reasons, and its own code next to the list's. */
export function reasonTextOf(reasons: readonly BankReason[]): string | undefined {
  const texts = reasons.map(({ code, proprietary, text }, index) => {
    const named = index > 0 ? (code ?? proprietary) : code === undefined ? undefined : proprietary;
    return [named, text].filter((each) => each !== undefined).join(': ');
  });
  const text = texts.filter((each) => each !== '').join('; ');
  return text === '' ? undefined : text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, maxText);
}

/** The code by which a payment records its reason: the list's or the bank's, or `NARR`, "in words". */
export function reasonCodeOf(reasons: readonly BankReason[]): string {
  for (const { code, proprietary } of reasons) {
    const found = code ?? proprietary;
    if (found !== undefined) return found;
  }
  return 'NARR';
}
