/**
 * Modules that the functions of a thread have between them. A function's code may have a file `shared-modules.json` that
 * lists modules which hold nothing of the function that loads them, each with the SHA-256 of its text. Of what several
 * functions list with one text there is one module in the thread, which is compiled, run and optimised once.
 * Everything else is each function's own (`docs/adr/0039-modules-without-state-are-shared.md`).
 */
import { existsSync, readFileSync } from 'node:fs';

export class SharedModules {
  /**
   * The address that a module is loaded from, by the addresses at which functions have it.
   * @type {Map<string, string>}
   */
  #ones = new Map();
  /**
   * The same, by the SHA-256 of the text.
   * @type {Map<string, string>}
   */
  #byText = new Map();

  /**
   * Makes known what a function that comes into the thread lists.
   * @param {string} taskRoot the folder of its code: a URL with a slash at the end
   */
  add(taskRoot) {
    const list = new URL('shared-modules.json', taskRoot);
    if (!existsSync(list)) return;
    for (const [module, hash] of Object.entries(JSON.parse(readFileSync(list, 'utf8')))) {
      const { href } = new URL(module, taskRoot);
      const one = this.#byText.get(hash) ?? href;
      this.#byText.set(hash, one);
      this.#ones.set(href, one);
    }
  }

  /**
   * The one address of a shared module; undefined for any other.
   * @param {string} url
   */
  oneFor(url) {
    return this.#ones.get(url);
  }
}
