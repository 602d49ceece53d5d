/** The report of what the policies were needed for, as text and read back. */
import { reasonFor } from '#infra/pipeline/unexercised-grants.ts';

/** A part of a statement: what it was first needed for, or why it is granted although nothing needed it. */
export interface Part {
  /** An action or a resource, as the policy writes it. */
  readonly text: string;
  readonly neededFor?: string;
}

/** A statement that allows something. */
export interface ReportedStatement {
  /** The logical id of its policy and its index. */
  readonly id: string;
  readonly actions: readonly Part[];
  readonly resources: readonly Part[];
  /** The first way that needed it; undefined when none did. */
  readonly neededFor?: string;
}

/** Parts that nothing needed and that have no reason. */
export function withoutReason(statements: readonly ReportedStatement[]): readonly string[] {
  return statements.flatMap(({ id, actions, resources, neededFor }) => {
    const idle = (parts: readonly Part[]): readonly string[] =>
      parts
        .filter((part) => part.neededFor === undefined && reasonFor(id, part.text) === undefined)
        .map(({ text }) => `${id}: ${text}`);
    // A statement that as a whole has a reason is about whatever it names.
    return neededFor === undefined ? idle(actions) : [...idle(actions), ...idle(resources)];
  });
}

const heading = `# What the policies are needed for

Written by \`npm run iam:report\`, which plays every way through the pipeline (\`test/iam/ways.ts\`) on the embedded
cloud, where each call is judged by the synthesised policies. Every statement that allows something is listed with the
first way that needed it. What no way needed is marked by a letter and has its reason at the end; it stands in
\`infra/pipeline/unexercised-grants.ts\`, or in the row of its Lambda. A test takes needed statements away and sees the
pipeline fail by name (\`test/iam/withheld.test.ts\`).
`;

/** The report. Account and region are left out of ARNs. */
export function reportOf(statements: readonly ReportedStatement[]): string {
  const reasons: string[] = [];
  const letterOf = (reason: string): string => {
    if (!reasons.includes(reason)) reasons.push(reason);
    return String.fromCharCode(97 + reasons.indexOf(reason));
  };
  const cell = (id: string, parts: readonly Part[]): string =>
    parts
      .map(({ text, neededFor }) => {
        const reason = neededFor === undefined ? reasonFor(id, text) : undefined;
        return `\`${short(text)}\`${reason === undefined ? '' : ` (${letterOf(reason)})`}`;
      })
      .join(', ');
  const sections = new Map<string, string[]>();
  for (const { id, actions, resources, neededFor } of statements) {
    const [policy = '', index] = id.split('#');
    const rows = sections.get(policy) ?? [];
    sections.set(policy, rows);
    rows.push(
      `| ${index} | ${cell(id, actions)} | ${cell(id, resources)} | ${neededFor ?? 'nothing here'} |`,
    );
  }
  const needed = statements.filter(({ neededFor }) => neededFor !== undefined).length;
  const tables = [...sections]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(
      ([policy, rows]) =>
        `## ${policy}\n\n| # | Actions | Resources | First needed when |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`,
    );
  const letters = reasons.map((reason) => `- (${letterOf(reason)}) ${reason}`);
  return [
    heading,
    `${statements.length} statements, of which ${needed} were needed.\n`,
    ...tables,
    '## Why the rest is there\n',
    `${letters.join('\n')}\n`,
  ].join('\n');
}

/** What the report says of each statement: its actions, how many resources it names, and what it was first needed for. */
export function readReport(text: string): readonly {
  readonly id: string;
  readonly actions: readonly string[];
  /** How many resources it names. */
  readonly resources: number;
  readonly neededFor: string | undefined;
}[] {
  let policy = '';
  return text.split('\n').flatMap((line) => {
    policy = /^## (\w+)$/.exec(line)?.[1] ?? policy;
    const [, index, actions = '', resources = '', neededFor] =
      /^\| (\d+) \| (.*?) \| (.*?) \| (.*?) \|$/.exec(line) ?? [];
    if (index === undefined) return [];
    return [
      {
        id: `${policy}#${index}`,
        actions: [...actions.matchAll(/`([^`]+)`/g)].map(([, action = '']) => action),
        resources: resources.split(', ').length,
        neededFor: neededFor === 'nothing here' ? undefined : neededFor,
      },
    ];
  });
}

function short(text: string): string {
  return text.replace(/^arn:aws:/, '').replace(/:[a-z]+-[a-z]+-\d:\d{12}:/, ':');
}
