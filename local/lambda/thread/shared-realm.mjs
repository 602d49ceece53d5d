/**
 * Keeps apart what functions in one thread would share by themselves. Global variables are put away with the function
 * that made them when another one has its turn. What cannot be put away, a method of Node's modules or of JavaScript's
 * own objects that was replaced, is noticed, so that such a function is given a thread of its own.
 */

/** @typedef {Map<PropertyKey, PropertyDescriptor>} Properties */

/**
 * Global variables that Node makes when they are first looked at, and loads much for them: nearly a tenth of a second.
 * They are left alone.
 */
const late = new Set([
  ...['CloseEvent', 'EventSource', 'FormData', 'Headers', 'MessageEvent', 'Request', 'Response', 'WebSocket'],
  ...['Navigator', 'Storage', 'localStorage', 'navigator', 'sessionStorage'],
]);

/** @param {object} of @returns {Properties} */
function propertiesOf(of) {
  /** @type {Properties} */
  const properties = new Map();
  for (const key of Reflect.ownKeys(of)) {
    if (of === globalThis && typeof key === 'string' && late.has(key)) continue;
    const property = Reflect.getOwnPropertyDescriptor(of, key);
    if (property !== undefined) properties.set(key, property);
  }
  return properties;
}

/** @param {PropertyDescriptor | undefined} one @param {PropertyDescriptor | undefined} other */
function isSame(one, other) {
  return (
    Object.is(one?.value, other?.value) &&
    one?.get === other?.get &&
    one?.set === other?.set &&
    one?.enumerable === other?.enumerable
  );
}

/** @typedef {Map<PropertyKey, PropertyDescriptor | undefined>} Differences `undefined` is a variable that was deleted */

/** The objects whose properties are global variables; `Error` has those of stack traces. */
const places = [globalThis, Error];

/** The global variables of the functions that are in the thread. */
export class Globals {
  /** As every function finds them, by place. */
  #common = places.map(propertiesOf);
  /**
   * What functions have otherwise, while others have their turn.
   * @type {Map<object, readonly Differences[]>}
   */
  #putAway = new Map();
  /** @type {object | undefined} */
  #owner;
  /** How many there were when it was last looked for those that cannot be put away, by place. */
  #counts = places.map(() => -1);

  /**
   * From now on they are this function's.
   * @param {object} owner
   */
  give(owner) {
    if (this.#owner === owner) return;
    const before = this.#differences();
    const after = this.#putAway.get(owner) ?? [];
    places.forEach((place, index) => {
      for (const [key] of before[index] ?? []) put(place, key, this.#common[index]?.get(key));
      for (const [key, property] of after[index] ?? []) put(place, key, property);
    });
    if (this.#owner !== undefined) this.#putAway.set(this.#owner, before);
    this.#owner = owner;
  }

  /** The name of a variable that cannot be put away, if there is one. */
  stuck() {
    for (const [index, place] of places.entries()) {
      // Such a variable stays: as long as there are as many, it is none that was not there.
      const count = Reflect.ownKeys(place).length;
      if (count === this.#counts[index]) continue;
      this.#counts[index] = count;
      for (const key of this.#differences()[index]?.keys() ?? []) {
        if (Reflect.getOwnPropertyDescriptor(place, key)?.configurable === false) return String(key);
      }
    }
    return undefined;
  }

  /** What the function whose turn it is has otherwise, by place. */
  #differences() {
    return places.map((place, index) => {
      const common = this.#common[index] ?? new Map();
      const differences = differencesOf(propertiesOf(place), common);
      for (const [key, property] of differences) {
        if (property === undefined || common.has(key) || !isOfFetch(key)) continue;
        common.set(key, property);
        differences.delete(key);
      }
      return differences;
    });
  }
}

/**
 * Whether it is the variable in which Node keeps the connections of its own `fetch`, made when that is first called.
 * @param {PropertyKey} key
 */
function isOfFetch(key) {
  if (typeof key !== 'symbol' || !key.description?.startsWith('undici.globalDispatcher.')) return false;
  const loaded = Reflect.get(process, 'moduleLoadList');
  return Array.isArray(loaded) && loaded.includes('NativeModule internal/deps/undici/undici');
}

/** @param {Properties} now @param {Properties} common */
function differencesOf(now, common) {
  /** @type {Differences} */
  const differences = new Map();
  for (const [key, property] of now) if (!isSame(property, common.get(key))) differences.set(key, property);
  for (const key of common.keys()) if (!now.has(key)) differences.set(key, undefined);
  return differences;
}

/** @param {object} place @param {PropertyKey} key @param {PropertyDescriptor | undefined} property */
function put(place, key, property) {
  if (property === undefined) Reflect.deleteProperty(place, key);
  else Reflect.defineProperty(place, key, property);
}

/**
 * An object that all code shares, as it was: its properties; of those that are no accessors the values alone, and how
 * many a loop over it meets, which are compared ten times as fast.
 * @typedef {{
 *   readonly name: string,
 *   readonly properties: Properties,
 *   readonly keys: readonly PropertyKey[],
 *   readonly values: readonly unknown[],
 *   readonly enumerable: number,
 * }} Watched
 */

/** What all code of a thread shares, as it was before any function was loaded. */
export class CommonObjects {
  /** @type {Map<object, Watched>} */
  #watched = new Map();
  #listeners = listeners();

  constructor() {
    this.watch('Error.prototype', Error.prototype);
    this.watch('process', process);
    for (const [name, { value }] of propertiesOf(globalThis)) {
      if (value !== globalThis && value !== Error) this.watch(String(name), value);
    }
  }

  /**
   * Notes how an object is now, and the prototype that it is the constructor of.
   * @param {string} name
   * @param {unknown} value
   */
  watch(name, value) {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return;
    if (this.#watched.has(value)) return;
    const properties = propertiesOf(value);
    const keys = [...properties].filter(([, property]) => 'value' in property).map(([key]) => key);
    this.#watched.set(value, {
      name,
      properties,
      keys,
      // As they are read: a proxy, as the cloud's `Date` is one, may give another value than it describes.
      values: keys.map((key) => Reflect.get(value, key)),
      enumerable: Object.keys(value).length,
    });
    if (typeof value === 'function') this.watch(`${name}.prototype`, value.prototype);
  }

  /** What is not as it was, if there is something. It takes longer than many a turn. */
  changed() {
    if (listeners() !== this.#listeners) return 'listeners of process';
    for (const [value, { name, properties }] of this.#watched) {
      const now = propertiesOf(value);
      for (const key of new Set([...properties.keys(), ...now.keys()])) {
        if (!isSame(properties.get(key), now.get(key))) return `${name}.${String(key)}`;
      }
    }
    return undefined;
  }

  /** The same without a look at accessors and at what was added that no loop meets: for after every turn. */
  replaced() {
    if (listeners() !== this.#listeners) return 'listeners of process';
    for (const [value, { name, keys, values, enumerable }] of this.#watched) {
      /** @type {Record<PropertyKey, unknown>} */
      const now = /** @type {any} */ (value);
      for (const [index, key] of keys.entries()) {
        if (now[key] !== values[index] && !Object.is(now[key], values[index]))
          return `${name}.${String(key)}`;
      }
      if (Object.keys(value).length !== enumerable) return name;
    }
    return undefined;
  }
}

/** How many listen to the process's events. */
function listeners() {
  return process
    .eventNames()
    .map((event) => `${String(event)} ${process.listenerCount(event)}`)
    .join(', ');
}
