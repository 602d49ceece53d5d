/**
 * What a target is given: the event, a part of it, a constant, or a template filled from it.
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */

/** How a rule shapes the input of one target; at most one is set. */
export interface InputShape {
  /** JSON text given as it is. */
  readonly input?: string | undefined;
  /** A path into the event. */
  readonly inputPath?: string | undefined;
  readonly inputTransformer?:
    | { readonly paths: Readonly<Record<string, string>>; readonly template: string }
    | undefined;
}

/** What the reserved placeholders `<aws.events.…>` stand for. */
export interface RuleFacts {
  readonly ruleArn: string;
  readonly ruleName: string;
  /** ISO 8601. */
  readonly ingestionTime: string;
}

type Steps = readonly (string | number)[];

/**
 * Reads `$.detail.object.key`, `$['detail']['items'][0]`.
 * @throws TypeError for a path of another form
 */
export function readJsonPath(path: string): Steps {
  const steps: (string | number)[] = [];
  const step = /\.([\p{L}\p{N}_-]+)|\['([^']*)'\]|\["([^"]*)"\]|\[(\d+)\]/uy;
  step.lastIndex = 1;
  while (path.startsWith('$') && step.lastIndex < path.length) {
    const match = step.exec(path);
    if (!match) break;
    const [, dotted, single, double, index] = match;
    steps.push(index === undefined ? (dotted ?? single ?? double ?? '') : Number(index));
    if (step.lastIndex === path.length) return steps;
  }
  if (path === '$') return steps;
  throw new TypeError(`Invalid JSONPath: ${path}`);
}

function valueAt(event: unknown, steps: Steps): unknown {
  let value = event;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

/** The text that the target is given. */
export function targetInput(
  shape: InputShape,
  event: Readonly<Record<string, unknown>>,
  facts: RuleFacts,
): string {
  if (shape.input !== undefined) return shape.input;
  if (shape.inputPath !== undefined) {
    return JSON.stringify(valueAt(event, readJsonPath(shape.inputPath)) ?? {});
  }
  if (shape.inputTransformer) return fill(shape.inputTransformer, event, facts);
  return JSON.stringify(event);
}

function fill(
  transformer: NonNullable<InputShape['inputTransformer']>,
  event: Readonly<Record<string, unknown>>,
  facts: RuleFacts,
): string {
  const { detail: _, ...withoutDetail } = event;
  const values = new Map<string, unknown>([
    ['aws.events.rule-arn', facts.ruleArn],
    ['aws.events.rule-name', facts.ruleName],
    ['aws.events.event.ingestion-time', facts.ingestionTime],
    ['aws.events.event', withoutDetail],
    ['aws.events.event.json', event],
  ]);
  for (const [name, path] of Object.entries(transformer.paths))
    values.set(name, valueAt(event, readJsonPath(path)));
  let quoted = false;
  // Walks the template once, knowing at every placeholder whether it stands within a JSON string.
  const filled = transformer.template.replace(/\\.|"|<([\w.-]+)>/gs, (token, name?: string) => {
    if (token === '"') quoted = !quoted;
    if (name === undefined || !values.has(name)) return token;
    const value = values.get(name);
    if (!quoted) return value === undefined ? '""' : JSON.stringify(value);
    if (value === undefined) return '';
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return JSON.stringify(text).slice(1, -1);
  });
  return filled.trim();
}
