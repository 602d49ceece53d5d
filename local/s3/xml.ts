/** The little XML that S3 speaks: answers are written by `element`, the two request bodies read by `readXml`. */
import { AwsError } from '../gateway/aws-error.ts';

/** Text that stands safely between tags; control characters that XML cannot carry become `&#x..;` as S3 sends them. */
function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#xD;');
}

type Content = string | number | boolean | undefined | readonly string[];

/** One element; a list is children already written, `undefined` leaves the element out. */
export function element(name: string, content: Content): string {
  if (content === undefined) return '';
  const inner =
    typeof content === 'object'
      ? content.join('')
      : escapeXml(typeof content === 'string' ? content : `${content}`);
  return `<${name}>${inner}</${name}>`;
}

/** A whole document in S3's namespace. */
export function xmlDocument(name: string, children: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${children.join('')}</${name}>`;
}

/** An element as read: its text, and its children in their order. */
export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/**
 * Reads a document without entities of its own, comments or CDATA, which no SDK sends; namespace prefixes are dropped.
 * @throws AwsError `MalformedXML`
 */
export function readXml(source: string): XmlElement {
  interface Open {
    name: string;
    text: string;
    children: XmlElement[];
  }
  const root: Open = { name: '', text: '', children: [] };
  const open: Open[] = [root];
  const body = source.replace(/^\uFEFF?\s*<\?[^?]*\?>/, '');
  const token = /<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)|</g;
  for (const [, closing, qualified, , selfClosing, text] of body.matchAll(token)) {
    const current = open.at(-1);
    if (!current) throw malformed();
    if (text !== undefined) {
      current.text += unescapeXml(text);
      continue;
    }
    if (qualified === undefined) throw malformed();
    const name = qualified.slice(qualified.indexOf(':') + 1);
    if (closing) {
      if (open.length < 2 || current.name !== name) throw malformed();
      open.pop();
      open.at(-1)?.children.push(current);
    } else if (selfClosing) current.children.push({ name, text: '', children: [] });
    else open.push({ name, text: '', children: [] });
  }
  const document = root.children[0];
  if (open.length !== 1 || root.children.length !== 1 || !document || root.text.trim() !== '')
    throw malformed();
  return document;
}

/** The text of the first child of that name. */
export function childText(parent: XmlElement, name: string): string | undefined {
  return parent.children.find((child) => child.name === name)?.text;
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(\w+));/g,
    (_, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) {
        const character = entities[name];
        if (character === undefined) throw malformed();
        return character;
      }
      const code = hex === undefined ? Number.parseInt(decimal ?? '', 10) : Number.parseInt(hex, 16);
      if (code > 0x10ffff) throw malformed();
      return String.fromCodePoint(code);
    },
  );
}

function malformed(): AwsError {
  return new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}
