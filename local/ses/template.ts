/** Templates of messages: `{{name}}` and `{{name.of.more}}` are filled in. AWS: "Using templates to send personalized email". */

/** The parts of a template, as they are written. */
export interface Template {
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
}

const placeholder = /\{\{\{?\s*([^{}]*?)\s*\}?\}\}/g;

/**
 * What a template has besides plain placeholders: conditions, loops, partials and helpers.
 * @returns the first of them; undefined when there is none
 */
export function unknownIn({ subject, text, html }: Template): string | undefined {
  const all = [subject, text ?? '', html ?? ''].join('\n');
  return [...all.matchAll(placeholder)].find(([, name = '']) => !/^[\w-]+(\.[\w-]+)*$/.test(name))?.[0];
}

/** The data has nothing for a placeholder. AWS takes the call, and reports the failure by an event. */
export class MissingAttribute extends Error {
  override readonly name = 'MissingAttribute';
  constructor(attribute: string) {
    super(`Attribute '${attribute}' is not present in the rendering data.`);
  }
}

/**
 * The template with its placeholders filled in. As with AWS, HTML in the data is not made harmless.
 * @throws {MissingAttribute}
 */
export function render({ subject, text, html }: Template, data: unknown): Template {
  const fill = (part: string): string =>
    part.replace(placeholder, (_, name: string) => {
      const found = name
        .split('.')
        .reduce<unknown>(
          (value, key) =>
            typeof value === 'object' && value !== null && Object.hasOwn(value, key)
              ? Reflect.get(value, key)
              : undefined,
          data,
        );
      if (found === undefined || found === null) throw new MissingAttribute(name);
      return String(found);
    });
  return {
    subject: fill(subject),
    text: text === null ? null : fill(text),
    html: html === null ? null : fill(html),
  };
}
