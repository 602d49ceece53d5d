/**
 * XML from a stranger, as a small tree of elements.
 *
 * `saxes` reads it as a stream, checks that it is well-formed and resolves no entity of a file's own. A DOCTYPE is refused
 * before anything in it means something: that ends external entities and “billion laughs” alike.
 */
import { SaxesParser } from 'saxes';

export interface Element {
  /** Without prefix: versions of a message differ in their namespace only. */
  name: string;
  attributes: Record<string, string>;
  text: string;
  children: Element[];
}

/** Why a text is no XML that is read. */
export class XmlRefused extends Error {
  override readonly name = 'XmlRefused';
  readonly why: 'doctype' | 'malformed' | 'too-large';
  constructor(why: XmlRefused['why'], detail = '') {
    super(detail);
    this.why = why;
  }
}

/** ISO 20022 messages are about 12 deep. */
const maxDepth = 40;
/** A report on 30,000 payments has fewer than a million; a million takes about 150 MB. */
const maxElements = 2_000_000;
const noAttributes = {};

/** @throws {XmlRefused} */
export function readXml(text: string): Element {
  const parser = new SaxesParser({ xmlns: true, position: true });
  const open: Element[] = [];
  let root: Element | undefined;
  let elements = 0;
  parser.on('doctype', () => {
    throw new XmlRefused('doctype');
  });
  parser.on('error', ({ message }) => {
    throw new XmlRefused('malformed', message.slice(0, 120));
  });
  parser.on('opentag', ({ local, attributes }) => {
    const list = Object.values(attributes);
    const element: Element = {
      name: local,
      attributes:
        list.length === 0
          ? noAttributes
          : Object.fromEntries(list.map((attribute) => [attribute.local, attribute.value])),
      text: '',
      children: [],
    };
    if (++elements > maxElements || open.length >= maxDepth) throw new XmlRefused('too-large');
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  const take = (more: string) => {
    const last = open.at(-1);
    if (last !== undefined) last.text += more;
  };
  parser.on('text', take);
  parser.on('cdata', take);
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(text).close();
  if (root === undefined) throw new XmlRefused('malformed');
  return root;
}

/** The children of that name. */
export function all(element: Element | undefined, name: string): Element[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** The first element along the path, `a/b/c`. */
export function at(element: Element | undefined, path: string): Element | undefined {
  return path
    .split('/')
    .reduce<Element | undefined>(
      (found, name) => found?.children.find((child) => child.name === name),
      element,
    );
}

/** Its text without the space around it; undefined where there is none. */
export function textAt(element: Element | undefined, path: string): string | undefined {
  const text = at(element, path)?.text.trim();
  return text === '' ? undefined : text;
}
