/** Makes `Date` show the cloud's time: a function's system clock is the cloud's clock. */

/** @import { FunctionClock } from '../function-thread.ts' */

const RealDate = Date;
/** @type {FunctionClock} */
let shown = { ahead: 0 };
const now = () => shown.frozenAt ?? RealDate.now() + shown.ahead;

/** @param {FunctionClock} clock */
export function showTime(clock) {
  shown = clock;
}

export function replaceDate() {
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
  });
}
