/** What the test bank writes is valid by the schemas that ISO 20022 publishes, where they are at hand. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { describe, expect, it } from 'vitest';
import { answerFormats, type BankLetter, type BankWord, writeLetter } from '#samples/bank-answers.ts';

const folder = resolve(process.env.ISO20022_XSD_DIR ?? '../shared/iso20022');
const schemas = {
  'pain.002': 'pain.002.001.14.xsd',
  'camt.053': 'camt.053.001.12.xsd',
  'camt.054': 'camt.054.001.12.xsd',
} as const;
const xml = answerFormats.filter((format) => format in schemas) as (keyof typeof schemas)[];

const day = '2020-10-05';
const words: BankWord[] = [
  { endToEndId: 'P-0123456789-01-01', amount: 40_000_000, status: 'ACSC', reference: 'REF<&>1', day },
  {
    endToEndId: 'P-0123456789-01-02',
    amount: 1,
    status: 'RETURNED',
    reference: 'REF-2',
    day,
    reason: 'AC04',
  },
  { endToEndId: 'P-0123456789-01-03', amount: 2, status: 'RJCT', day },
  { endToEndId: 'P-0123456789-01-04', amount: 3, status: 'PDNG', day },
];
const letter: BankLetter = {
  id: 'L-1',
  day,
  debitAccount: '0123456789',
  original: { messageId: 'R20201005-0A1B2C3D' },
  words,
};

const problemsOf = (text: string, format: keyof typeof schemas): string[] => {
  const schema = XmlDocument.fromString(readFileSync(resolve(folder, schemas[format]), 'utf8'));
  const document = XmlDocument.fromString(text);
  const validator = XsdValidator.fromDoc(schema);
  try {
    validator.validate(document);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  } finally {
    validator.dispose();
    document.dispose();
    schema.dispose();
  }
};

if (!existsSync(folder)) console.warn(`The ISO 20022 schemas are not at ${folder}: their tests are skipped.`);

describe.skipIf(!existsSync(folder))('the test bank’s messages', () => {
  it.each(xml)('are valid %s', (format) => {
    expect(problemsOf(writeLetter(format, letter), format)).toEqual([]);
    expect(problemsOf(writeLetter(format, { ...letter, words: words.slice(0, 1) }), format)).toEqual([]);
  });

  it.each(xml)('would not be valid %s with another amount', (format) => {
    const text = writeLetter(format, letter).replaceAll('40000000.00', 'forty');
    expect(problemsOf(text, format)).not.toEqual([]);
  });
});
