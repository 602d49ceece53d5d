/**
 * The shape without the keys whose value is undefined, as optional properties want it.
 *
 * @example present<Payment>({ amount, reference: given.reference })
 */
export function present<Shape extends object>(
  shape: { [Key in keyof Shape]: Shape[Key] | undefined },
): Shape {
  const given: Partial<Shape> = {};
  // Entries and back again would take ten times as long, and banks' files have a hundred thousand of these.
  for (const key in shape) {
    const value = shape[key];
    if (value !== undefined) given[key] = value;
  }
  return given as Shape;
}
