/**
 * A JSON value together with its text, each made from the other at most once: histories hold text and expressions
 * take values, and most values pass through many states unchanged.
 */
export class Datum {
  #text: string | undefined;
  #value: unknown;
  #parsed: boolean;

  private constructor(text: string | undefined, value: unknown, parsed: boolean) {
    this.#text = text;
    this.#value = value;
    this.#parsed = parsed;
  }

  /** The datum that `text`, valid JSON, stands for. */
  static ofText(text: string): Datum {
    return new Datum(text, undefined, false);
  }

  /** The datum of a plain JSON value, which must not be changed afterwards. */
  static of(value: unknown): Datum {
    return new Datum(undefined, value, true);
  }

  get text(): string {
    this.#text ??= JSON.stringify(this.#value);
    return this.#text;
  }

  get value(): unknown {
    if (!this.#parsed) {
      this.#value = JSON.parse(this.#text ?? 'null');
      this.#parsed = true;
    }
    return this.#value;
  }
}

/** The most bytes of UTF-8 that a state's input, output or assigned variables may have: 256 KiB. */
export const dataLimit = 262_144;

/** Whether JSON text is longer than AWS lets pass between states. */
export function exceedsDataLimit(text: string): boolean {
  return text.length > dataLimit / 4 && Buffer.byteLength(text) > dataLimit;
}
