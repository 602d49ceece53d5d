/**
 * MT940, the customer statement of SWIFT, also several in one file, with or without SWIFT's envelope.
 *
 * Lines end as they like, also mixed. A field begins with `:61:`; what follows without such a beginning continues it.
 * An EndToEndId is longer than the 16 characters of `:61:`, so banks write it into `:86:`, where lines are cut at 65
 * characters anywhere: after `/EREF/` or `EREF+`, or in the subfields `?20`–`?29`. What is not marked so is not guessed.
 */
import { present } from '#domain/present.ts';
import {
  type BankEntry,
  bookingsOf,
  type Findings,
  type Reading,
  shown,
  type Verdict,
} from '#functions/payment/reconciliation/bank-entry.ts';

interface Field {
  tag: string;
  lines: string[];
  line: number;
}

/** Whether the text looks like one. */
export function isMt940(text: string): boolean {
  return /^(?:\{[^\r\n]*)?\s*:20:/.test(text);
}

export function readMt940(text: string, findings: Findings): Reading {
  const transactions: BankEntry[] = [];
  const fields = fieldsOf(text, findings);
  const starts = fields.flatMap(({ tag }, index) => (tag === '20' ? [index] : []));
  for (const [number, start] of starts.entries())
    transactions.push(...readStatement(fields.slice(start, starts[number + 1]), number + 1, findings));
  return findings.reading({ format: 'mt940', transactions, groups: [] });
}

function fieldsOf(text: string, findings: Findings): Field[] {
  const fields: Field[] = [];
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    // `{1:…}{2:…}{4:` before a statement, `-}` or `-` after it.
    const line = raw.replace(/^\{[^:]*:.*\{4:\s*/, '').trimEnd();
    if (line === '' || line === '-' || line.startsWith('-}') || /^\{.*\}?$/.test(line)) continue;
    const begin = /^:(\d{2}[A-Z]?):(.*)$/.exec(line);
    if (begin !== null) fields.push({ tag: begin[1] ?? '', lines: [begin[2] ?? ''], line: index + 1 });
    else if (fields.length > 0) fields.at(-1)?.lines.push(line);
    else findings.add('bank-file-line', `line ${index + 1}`, { line: index + 1, detail: ':20:' });
  }
  return fields;
}

const wholeWithComma = /^(\d{1,13}),0*$/;

function readStatement(fields: readonly Field[], number: number, findings: Findings): BankEntry[] {
  const where = `MT940 ${number}`;
  const first = (...tags: string[]) => {
    const field = fields.find(({ tag }) => tags.includes(tag));
    if (field === undefined) findings.add('bank-file-element', where, { element: `:${tags[0]}:` });
    return field?.lines[0]?.trim();
  };
  const account = first('25', '25P');
  // `bank/number`, and some banks write the currency behind the number.
  if (account !== undefined)
    findings.account(account.replace(/^.*\//, '').replace(/IDR$/, ''), `${where}, :25:`);
  const balance = (text: string | undefined, tag: string) => {
    if (text === undefined) return undefined;
    const [, mark, day = '', currency, amount] = /^([CD])(\d{6})([A-Z]{3})(.*)$/.exec(text) ?? [];
    findings.currency(currency, `${where}, ${tag}`);
    findings.date(dated(day), `${where}, ${tag}`);
    const value = findings.amount(amount, wholeWithComma, `${where}, ${tag}`);
    return value === undefined ? undefined : mark === 'D' ? -value : value;
  };
  const opening = balance(first('60F', '60M'), ':60F:');
  const closing = balance(first('62F', '62M'), ':62F:');
  let net = 0;
  const said: BankEntry[] = [];
  for (const [index, field] of fields.entries()) {
    if (field.tag !== '61') continue;
    const next = fields[index + 1];
    const entry = readLine(field, next?.tag === '86' ? next.lines : [], findings);
    if (entry === undefined) continue;
    net += entry.change;
    if (entry.said !== undefined) said.push(entry.said);
  }
  if (opening !== undefined && closing !== undefined)
    findings.balance(closing, opening + net, `${where}, :62F:`);
  return bookingsOf(said, true);
}

/** Value date, entry date, mark, third letter of the currency, amount, type, the owner's and the bank's reference. */
const entryPattern =
  /^(\d{6})(\d{4})?(RC|RD|EC|ED|C|D)([A-Z])?(\d[\d,.]*)([NFS][A-Z0-9]{3})(.*?)(?:\/\/(.*))?$/;

function readLine(field: Field, information: readonly string[], findings: Findings) {
  const where = `line ${field.line}`;
  const found = entryPattern.exec(field.lines[0]?.trim() ?? '');
  if (found === null) {
    // Negative amounts and such as `1e7` end here.
    findings.add('bank-file-line', where, { line: field.line, detail: `:61: ${shown(field.lines[0])}` });
    return undefined;
  }
  const [, day = '', , mark = '', , money, type = '', , reference] = found;
  const amount = findings.amount(money, wholeWithComma, where);
  const valueDate = findings.date(dated(day), where);
  const endToEndId = findings.id(markedId(information), where);
  const bankReference = findings.id(reference, where);
  if (amount === undefined) return undefined;
  const credit = mark === 'C' || mark === 'RD';
  const change = mark.startsWith('E') ? 0 : credit ? amount : -amount;
  const verdict = verdictOf(mark, type, information);
  const reasonCode = verdict === 'RETURNED' ? (marked(information, 'RTRN') ?? 'NARR') : undefined;
  return {
    change,
    said:
      verdict === undefined
        ? undefined
        : present<BankEntry>({ verdict, endToEndId, bankReference, amount, valueDate, reasonCode }),
  };
}

/** `RD` takes back a debit; `NRTI` is an item that came back. `EC` and `ED` are only expected. */
function verdictOf(mark: string, type: string, information: readonly string[]): Verdict | undefined {
  if (mark === 'D') return 'SETTLED';
  if (mark === 'ED') return 'ACCEPTED';
  if (mark === 'RD') return 'RETURNED';
  if (mark !== 'C') return undefined;
  return type.endsWith('RTI') || marked(information, 'RTRN') !== undefined ? 'RETURNED' : 'CREDIT';
}

/** `:86:` as one text: structured subfields `?20…?29` and cut lines put together again. */
function joined(information: readonly string[]): string {
  const text = information.join('');
  return /^\d{3}\?/.test(text) ? text.replaceAll(/\?(?:2[0-9]|6[0-3])/g, '') : text;
}

/** What stands behind the word; nothing where it stands there twice and differs: a name may hold such a word too. */
function marked(information: readonly string[], word: string): string | undefined {
  const pattern = new RegExp(`(?:/${word}/|${word}\\+|${word}:\\s?)([^/?+\\s]+)`, 'g');
  const found = new Set([...joined(information).matchAll(pattern)].map(([, text]) => text));
  return found.size === 1 ? [...found][0] : undefined;
}

/** An id followed by another word of the `EREF+…KREF+…` style ends where that word begins. */
function markedId(information: readonly string[]): string | undefined {
  return marked(information, 'EREF')?.replace(/(?:KREF|MREF|CRED|DEBT|SVWZ|ABWA|PURP)$/, '');
}

function dated(day: string): string {
  return `20${day.slice(0, 2)}-${day.slice(2, 4)}-${day.slice(4, 6)}`;
}
