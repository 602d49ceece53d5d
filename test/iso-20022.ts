/**
 * The published ISO 20022 schemas, where there are some: they are not part of this repository.
 *
 * `ISO20022_XSD_DIR` names their folder; without it, `../shared/iso20022` next to the repository is looked at. What
 * cannot be checked for want of a schema says so, by name, instead of passing in silence.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';

const root = resolve(import.meta.dirname, '..');
const folder = resolve(root, process.env.ISO20022_XSD_DIR ?? join('..', 'shared', 'iso20022'));

/** A check of a message's text, or why there is none. */
export type Schema =
  | { validate(text: string): void; missing?: undefined }
  | { validate?: undefined; missing: string };

/** @param name the message and its version, such as `pain.001.001.09` */
export function schemaOf(name: string): Schema {
  const schema = find(name);
  if (schema.missing !== undefined) console.warn(`Not checked against a schema: ${schema.missing}`);
  return schema;
}

function find(name: string): Schema {
  const file = join(folder, `${name}.xsd`);
  if (!existsSync(file)) return { missing: `there is no ${file} (ISO20022_XSD_DIR).` };
  const text = readFileSync(file, 'utf8');
  // Communities publish restrictions of a message under its own name and namespace. Those of the euro area know neither
  // accounts without an IBAN nor clearing members, so they say nothing about a message for Indonesia.
  const type = /<xs:element name="Document" type="([^"]+)"/.exec(text)?.[1];
  if (type !== 'Document')
    return { missing: `${file} is a community's restriction (${type}), not the message of ISO 20022.` };
  using document = XmlDocument.fromString(text);
  const validator = XsdValidator.fromDoc(document);
  return {
    validate(message) {
      using parsed = XmlDocument.fromString(message);
      validator.validate(parsed);
    },
  };
}
