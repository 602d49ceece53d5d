/** A page as a person meets it in a browser: read over HTTP, its forms filled in and sent, its uploads made. */
import { type HTMLElement, parse } from 'node-html-parser';

/** One field of a form, with what may be put into it. */
interface PageField {
  name: string;
  type: string;
  required: boolean;
  /** What is in it now. */
  value: string;
  /** The values that may be chosen, for radio buttons, tick boxes and selections. */
  choices: string[];
}

export interface PageForm {
  action: string;
  fields: PageField[];
}

/** A form that sends one file to where its hidden fields say. */
export interface PageUpload {
  /** Which paper is wanted here. */
  name: string;
  action: string;
  hidden: [string, string][];
  /** Media types that are accepted. */
  accept: string[];
  /** How many files are still missing here, as the page's list of documents says. */
  wanted: number;
}

export interface Page {
  url: string;
  status: number;
  /** The first heading, in Indonesian. */
  heading: string;
  /** All that can be read, one line for each block. */
  text: string;
  /** What the page's tables say, by the label in Indonesian. */
  facts: ReadonlyMap<string, string>;
  /** The form to answer by, when the page has one. */
  answer: PageForm | undefined;
  /** The form by which the ask is delegated, when the page has one; without fields, it leads to that form. */
  reassign: PageForm | undefined;
  /** The form by which a paper that was issued is cancelled, while it can be. */
  cancel: PageForm | undefined;
  uploads: PageUpload[];
  /** Files that the page lets its reader fetch. */
  downloads: { name: string; url: string }[];
  /** The secret for an authenticator that the page shows, as its QR code has it: `otpauth://totp/…`. */
  authenticator: string | undefined;
  /** What the page says is wrong with the answer that was sent. */
  problems: string[];
  /** Sentences that the page lists outside of its forms, in Indonesian: what has to be corrected, for example. */
  notes: string[];
}

/** The page did not do what its form promised. */
export class PageRefused extends Error {
  override readonly name = 'PageRefused';
  readonly status: number;
  constructor(what: string, status: number, body: string) {
    super(`${what}: ${status} ${body.slice(0, 500)}`);
    this.status = status;
  }
}

/** Opens a link. The page may be one that says that the link is no good. */
export async function openPage(url: string): Promise<Page> {
  const response = await fetch(url);
  return readPage(url, response.status, await response.text());
}

/**
 * Sends a form as a browser does, by default the one to answer by: its present values, with `values` in their place.
 * @param follow whether to go on to the page that a recorded answer leads to; else the page is an empty one
 */
export async function sendForm(
  page: Page,
  values: Readonly<Record<string, string | readonly string[]>>,
  form: PageForm | undefined = page.answer,
  follow = true,
): Promise<Page> {
  if (form === undefined) throw new PageRefused('The page has no form', page.status, page.text);
  const body = new URLSearchParams();
  for (const { name, value } of form.fields) if (!(name in values) && value !== '') body.append(name, value);
  for (const [name, given] of Object.entries(values)) {
    for (const value of typeof given === 'string' ? [given] : given) body.append(name, value);
  }
  const url = new URL(form.action, page.url).href;
  const response = await fetch(url, { method: 'POST', body, redirect: follow ? 'follow' : 'manual' });
  return readPage(response.url, response.status, await response.text());
}

/** The page that lists to whom the ask may go; the same page where it does so itself. */
export async function openReassignment(page: Page): Promise<Page> {
  return page.reassign?.fields.length === 0 ? sendForm(page, {}, page.reassign) : page;
}

/** Sends a file by one of the page's uploads. @throws {PageRefused} when the storage does not take it */
export async function sendFile(
  upload: PageUpload,
  file: { name: string; type: string; bytes: Uint8Array },
): Promise<void> {
  const form = new FormData();
  for (const [name, value] of upload.hidden) form.append(name, value);
  form.append('file', new Blob([Uint8Array.from(file.bytes)], { type: file.type }), file.name);
  const response = await fetch(upload.action, { method: 'POST', body: form, redirect: 'manual' });
  if (response.status >= 400) {
    throw new PageRefused(`Upload of ${upload.name}`, response.status, await response.text());
  }
  await response.arrayBuffer();
}

export function readPage(url: string, status: number, markup: string): Page {
  return new ReadPage(url, status, markup);
}

/** A page whose markup is read only as far as its reader looks: most only look for the form. */
class ReadPage implements Page {
  readonly url: string;
  readonly status: number;
  readonly #markup: string;
  #root: HTMLElement | undefined;

  constructor(url: string, status: number, markup: string) {
    this.url = url;
    this.status = status;
    this.#markup = markup;
  }

  get #document(): HTMLElement {
    this.#root ??= parse(this.#markup);
    return this.#root;
  }

  get #forms(): HTMLElement[] {
    return this.#document.querySelectorAll('form');
  }

  get heading(): string {
    return indonesian(this.#document.querySelector('h1'));
  }

  get text(): string {
    // In a tree of its own, which it changes.
    return readableText(parse(this.#markup));
  }

  get facts(): ReadonlyMap<string, string> {
    return new Map(
      this.#document
        .querySelectorAll('tr')
        .map((row) => [indonesian(row.querySelector('th')), indonesian(row.querySelector('td'))]),
    );
  }

  get answer(): PageForm | undefined {
    const other = ['data-upload', 'data-reassign', 'data-cancel'];
    return this.#form((form) => other.every((mark) => !form.hasAttribute(mark)));
  }

  get reassign(): PageForm | undefined {
    return this.#form((form) => form.hasAttribute('data-reassign'));
  }

  get cancel(): PageForm | undefined {
    return this.#form((form) => form.hasAttribute('data-cancel'));
  }

  get uploads(): PageUpload[] {
    return this.#forms.flatMap((form) => {
      const name = form.getAttribute('data-upload');
      return name === undefined ? [] : [uploadOf(name, form, this.#document)];
    });
  }

  get downloads(): { name: string; url: string }[] {
    return this.#document.querySelectorAll('a[data-download]').map((link) => ({
      name: link.getAttribute('data-download') ?? '',
      url: link.getAttribute('href') ?? '',
    }));
  }

  get authenticator(): string | undefined {
    return this.#document.querySelector('a[href^=otpauth]')?.getAttribute('href');
  }

  get notes(): string[] {
    return this.#document.querySelectorAll('section > ul > li').map(indonesian);
  }

  get problems(): string[] {
    // An answer that was recorded leads on without a word.
    return this.#markup === '' ? [] : this.#document.querySelectorAll('.problems li').map(indonesian);
  }

  #form(which: (form: HTMLElement) => boolean): PageForm | undefined {
    const form = this.#forms.find(which);
    return form && formOf(form, this.url);
  }
}

/** All that can be read: English set apart from the Indonesian before it, and a table's line as one line. */
function readableText(root: HTMLElement): string {
  for (const english of root.querySelectorAll('[lang=en]')) english.insertAdjacentHTML('afterbegin', ' / ');
  for (const row of root.querySelectorAll('tr')) {
    const cells = row.querySelectorAll('th, td').map((cell) => cell.structuredText.trim());
    row.set_content(cells.join(': '));
  }
  return (root.querySelector('main') ?? root).structuredText;
}

/** The text of an element without the English beneath it. */
function indonesian(element: HTMLElement | null): string {
  const english = element?.querySelectorAll('[lang=en]') ?? [];
  return english.reduce((text, { text: other }) => text.replace(other, ''), element?.text ?? '').trim();
}

function uploadOf(name: string, form: HTMLElement, root: HTMLElement): PageUpload {
  const label = indonesian(form.querySelector('label'));
  const missing = root
    .querySelectorAll('li')
    .map((item) => /^(\d+)\/(\d+)\s+(.*)$/s.exec(item.text.trim()))
    .find((counts) => counts?.[3]?.startsWith(label));
  return {
    wanted: Number(missing?.[2] ?? 0) - Number(missing?.[1] ?? 0),
    name,
    action: form.getAttribute('action') ?? '',
    hidden: form
      .querySelectorAll('input[type=hidden]')
      .map((input) => [input.getAttribute('name') ?? '', input.getAttribute('value') ?? '']),
    accept: (form.querySelector('input[type=file]')?.getAttribute('accept') ?? '').split(/\s*,\s*/),
  };
}

function formOf(form: HTMLElement, url: string): PageForm {
  return { action: form.getAttribute('action') ?? url, fields: fieldsOf(form) };
}

function fieldsOf(form: HTMLElement): PageField[] {
  const fields = new Map<string, PageField>();
  for (const input of form.querySelectorAll('input, select, textarea')) {
    const name = input.getAttribute('name');
    if (name === undefined) continue;
    const type =
      input.tagName === 'INPUT' ? (input.getAttribute('type') ?? 'text') : input.tagName.toLowerCase();
    const field = fields.get(name) ?? {
      name,
      type,
      required: input.hasAttribute('required'),
      value: '',
      choices: [],
    };
    const value = input.getAttribute('value') ?? (type === 'textarea' ? input.text.trim() : '');
    if (type === 'radio' || type === 'checkbox') {
      field.choices.push(value);
      if (input.hasAttribute('checked')) field.value = value;
    } else if (type === 'select') {
      field.choices.push(
        ...input.querySelectorAll('option').map((option) => option.getAttribute('value') ?? option.text),
      );
      field.value = input.querySelector('option[selected]')?.getAttribute('value') ?? '';
    } else field.value = value;
    fields.set(name, field);
  }
  return [...fields.values()];
}
