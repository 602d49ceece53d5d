/**
 * Draws every machine from its definition into `workflows/README.md`, as Mermaid.
 *
 *     node workflows/draw.ts            writes the drawings between the file's two marks
 *     node workflows/draw.ts --check    ends with exit code 1 if they are not current
 *
 * Drawn is what decides: retries are left out, and so is the way to the recorded failure, which every step has.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { machineNames } from '#functions/machines.ts';
import { definition, type StateDefinition, type StatesDefinition } from './definition.ts';
import { workflows } from './workflows.ts';

const begin = '<!-- drawn by `npm run draw:workflows`: begin -->';
const end = '<!-- drawn by `npm run draw:workflows`: end -->';

/** The file that holds the drawings. */
export const drawingFile = fileURLToPath(new URL('README.md', import.meta.url));

/** The README has lost the marks between which the drawings belong. */
export class MarksMissing extends Error {
  override readonly name = 'MarksMissing';
  constructor() {
    super(`workflows/README.md needs the lines "${begin}" and "${end}"; the drawings go between them.`);
  }
}

/** One machine as a Mermaid flow chart. */
export function drawing(states: StatesDefinition): string {
  const lines = ['flowchart TD', '  start((" "))'];
  const ids = new Map<string, string>();
  name(states, ids);
  lines.push(`  start --> ${ids.get(states.StartAt)}`);
  draw(states, ids, lines, '  ');
  return lines.join('\n');
}

function name(states: StatesDefinition, ids: Map<string, string>): void {
  for (const [state, { Branches = [], ItemProcessor }] of Object.entries(states.States)) {
    ids.set(state, `s${ids.size}`);
    for (const inner of [...Branches, ...(ItemProcessor ? [ItemProcessor] : [])]) name(inner, ids);
  }
}

function draw(
  { StartAt, States }: StatesDefinition,
  ids: ReadonlyMap<string, string>,
  lines: string[],
  indent: string,
): void {
  const idOf = (state: string) => ids.get(state) ?? 'unknown';
  for (const [state, body] of Object.entries(States)) {
    lines.push(`${indent}${idOf(state)}${shape(state, body)}`);
    const inner = [...(body.Branches ?? []), ...(body.ItemProcessor ? [body.ItemProcessor] : [])];
    if (inner.length > 0) {
      lines.push(`${indent}subgraph ${idOf(state)}i["${body.Type === 'Map' ? 'for each' : 'side by side'}"]`);
      for (const part of inner) draw(part, ids, lines, `${indent}  `);
      lines.push(`${indent}end`);
      for (const part of inner) lines.push(`${indent}${idOf(state)} --> ${idOf(part.StartAt)}`);
    }
    for (const arrow of arrows(body)) {
      const label = arrow.label === undefined ? '' : `|"${arrow.label}"|`;
      lines.push(`${indent}${idOf(state)} ${arrow.dotted ? '-.->' : '-->'}${label} ${idOf(arrow.to)}`);
    }
  }
  if (!(StartAt in States)) throw new RangeError(`The states begin at ${StartAt}, which is none of them.`);
}

function shape(state: string, body: StateDefinition): string {
  const label = `"${state}"`;
  switch (body.Type) {
    case 'Choice':
      return `{${label}}`;
    case 'Succeed':
    case 'Fail':
      return `([${label}])`;
    case 'Wait':
      return `>${label}]`;
    case 'Task':
      if (body.Resource?.endsWith('.waitForTaskToken')) return `[/${label}/]`;
      if (body.Resource?.includes('startExecution')) return `[[${label}]]`;
      return `[${label}]`;
    default:
      return `[${label}]`;
  }
}

interface Arrow {
  readonly to: string;
  readonly label?: string;
  readonly dotted?: boolean;
}

function arrows(body: StateDefinition): readonly Arrow[] {
  const found: Arrow[] = [];
  for (const choice of body.Choices ?? []) found.push({ to: choice.Next, label: readable(choice.Condition) });
  if (body.Default !== undefined) found.push({ to: body.Default, label: 'otherwise' });
  if (body.Next !== undefined) found.push({ to: body.Next });
  for (const caught of body.Catch ?? []) {
    if (caught.ErrorEquals.includes('States.Timeout'))
      found.push({ to: caught.Next, label: 'no answer in time', dotted: true });
  }
  return found;
}

/** `{% $answer.outcome = 'pass' %}` reads `pass`; other conditions lose their marks only. */
function readable(condition: string): string {
  return condition
    .replace(/^\{%\s*|\s*%\}$/g, '')
    .replace(/\$[\w.]+\.(?:outcome|last) = '([\w-]+)'/g, '$1')
    .replace(/^true$/, 'otherwise')
    .replace(/\$states\.input\./g, '')
    .replace(/\$/g, '')
    .replace(/"/g, "'");
}

/** The README with the drawings as they should be. */
export function withDrawings(readme: string): string {
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end);
  if (from < 0 || to < from) throw new MarksMissing();
  const sections = machineNames.map(
    (machine) =>
      `### ${machine}\n\n${workflows[machine].purpose}.\n\n\`\`\`mermaid\n${drawing(definition(machine))}\n\`\`\`\n`,
  );
  return `${readme.slice(0, from)}${begin}\n\n${sections.join('\n')}\n${readme.slice(to)}`;
}

if (import.meta.main) {
  const readme = await readFile(drawingFile, 'utf8');
  const drawn = withDrawings(readme);
  if (!process.argv.includes('--check')) await writeFile(drawingFile, drawn);
  else if (drawn !== readme) {
    console.error('workflows/README.md does not show the machines as they are. Run: npm run draw:workflows');
    process.exitCode = 1;
  }
}
