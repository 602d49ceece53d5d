/**
 * The shape without the keys whose value is undefined, as optional properties want it.
 *
 * @example present<Payment>({ amount, reference: given.reference })
 */
export function present<Shape extends object>(
  shape: { [Key in keyof Shape]: Shape[Key] | undefined },
): Shape {
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as Shape;
}
