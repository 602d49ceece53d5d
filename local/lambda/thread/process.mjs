/** Divides the thread's one `process` among its functions: each has its own variables, output and end. */
import { Writable } from 'node:stream';
import { belonging, turn, whose } from './belonging.mjs';

/** A function ends its process while another one has its turn: what it left behind stops, and no more. */
class EndOfLeftover extends Error {
  /** @override */
  name = 'Runtime.ExitError';
}

/** Once, before any function is loaded. */
export function divideProcess() {
  process.env = new Proxy({}, ownVariables);
  // Node's own `console` prints into these, as every other console does.
  for (const name of ['stdout', 'stderr']) {
    Object.defineProperty(process, name, { value: new Output(), enumerable: true, configurable: true });
  }
  process.removeAllListeners('warning');
  process.on('warning', (warning) => whose()?.print(`${warning.stack ?? String(warning)}\n`));
  const exit = process.exit;
  process.exit = (code) => {
    const of = belonging.getStore();
    if (of === undefined || of === turn.of) exit(code);
    throw new EndOfLeftover(`exit status ${String(code ?? process.exitCode ?? 0)}`);
  };
}

const variables = () => belonging.getStore()?.variables ?? {};

/**
 * One object for all functions, so that it is the right one wherever it was taken from and kept: it looks for the
 * function's variables whenever it is asked. Where nothing says whose they are there are none.
 * @type {ProxyHandler<Record<string, string>>}
 */
const ownVariables = {
  get: (_, name) => Reflect.get(variables(), name),
  has: (_, name) => Reflect.has(variables(), name),
  ownKeys: () => Reflect.ownKeys(variables()),
  getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(variables(), name),
  set: (_, name, value) => Reflect.set(variables(), name, String(value)),
  deleteProperty: (_, name) => Reflect.deleteProperty(variables(), name),
  defineProperty: (_, name, property) => Reflect.defineProperty(variables(), name, property),
  preventExtensions: () => false,
};

/** Prints into the log of the function that writes. */
class Output extends Writable {
  constructor() {
    super({ decodeStrings: false });
  }

  /**
   * @override
   * @param {string | Uint8Array} chunk
   * @param {BufferEncoding} encoding
   * @param {(error?: Error) => void} done
   */
  _write(chunk, encoding, done) {
    const text = typeof chunk === 'string' && encoding !== 'utf8' ? Buffer.from(chunk, encoding) : chunk;
    whose()?.print(text);
    done();
  }
}
