/**
 * XML from a stranger, as a small tree of elements.
 *
 * `saxes` reads it as a stream, checks that it is well-formed and resolves no entity of a file's own. A DOCTYPE is refused
 * before anything in it means something: that ends external entities and “billion laughs” alike.
 *
 * What comes many thousands of times is given away when it ends and is not kept, so that memory does not grow with it.
 */
import { SaxesParser } from 'saxes';

export interface Element {
  /** Without prefix: versions of a message differ in their namespace only. */
  name: string;
  attributes: Readonly<Record<string, string>>;
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
/** Elements that are kept at the same time; a million takes about 150 MB. */
const maxElements = 2_000_000;
const noAttributes = {};

/** Takes an element that has ended, with what stands before it in its parent. @returns whether it is not needed any more */
export type TakeElement = (element: Element, parent: Element) => boolean;

/** @throws {XmlRefused} */
export function readXml(text: string, take: TakeElement = () => false): Element {
  const parser = new SaxesParser({ position: false });
  const open: Element[] = [];
  /** How many were kept when each of the open ones began. */
  const keptBefore: number[] = [];
  let last: Element | undefined;
  let root: Element | undefined;
  let kept = 0;
  parser.on('doctype', () => {
    throw new XmlRefused('doctype');
  });
  parser.on('error', ({ message }) => {
    throw new XmlRefused('malformed', message.slice(0, 120));
  });
  parser.on('opentag', ({ name, attributes }) => {
    let hasAttributes = false;
    for (const _ in attributes) {
      hasAttributes = true;
      break;
    }
    const element: Element = {
      name: local(name),
      attributes: hasAttributes ? attributes : noAttributes,
      text: '',
      children: [],
    };
    if (kept >= maxElements || open.length >= maxDepth) throw new XmlRefused('too-large');
    keptBefore.push(kept);
    kept += 1;
    last?.children.push(element);
    root ??= element;
    open.push(element);
    last = element;
  });
  // No message has text beside elements: what stands there is the space between them.
  const add = (more: string) => {
    if (last !== undefined && last.children.length === 0) last.text += more;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', () => {
    const element = open.pop();
    last = open.at(-1);
    const before = keptBefore.pop();
    if (element === undefined || last === undefined || before === undefined) return;
    if (!take(element, last)) return;
    last.children.pop();
    kept = before;
  });
  parser.write(text).close();
  if (root === undefined) throw new XmlRefused('malformed');
  return root;
}

function local(name: string): string {
  const colon = name.indexOf(':');
  return colon === -1 ? name : name.slice(colon + 1);
}

/** The children of that name. */
export function all(element: Element | undefined, name: string): Element[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** The first element along the path, `a/b/c`. */
export function at(element: Element | undefined, path: string): Element | undefined {
  let found = element;
  let from = 0;
  while (found !== undefined && from <= path.length) {
    const end = path.indexOf('/', from);
    found = child(found, end === -1 ? path.slice(from) : path.slice(from, end));
    if (end === -1) break;
    from = end + 1;
  }
  return found;
}

function child({ children }: Element, name: string): Element | undefined {
  for (const each of children) if (each.name === name) return each;
  return undefined;
}

/** Its text without the space around it; undefined where there is none. */
export function textAt(element: Element | undefined, path: string): string | undefined {
  const text = at(element, path)?.text.trim();
  return text === '' ? undefined : text;
}
