/** What the embedded cloud says of the policies: what was needed, what was refused; and statements withheld. */
import { z } from 'zod';
import { ControlRefused } from '#cli/cloud/control.ts';

const uses = z.record(z.string(), z.number());
const statementSchema = z.object({
  /** The logical id of its policy and its index. */
  id: z.string(),
  /** Absent for statements of a resource's policy. */
  roleArn: z.string().optional(),
  uses: z.number(),
  actions: uses,
  resources: uses,
});
export type PolicyStatement = z.output<typeof statementSchema>;

const refusalSchema = z.object({
  principal: z.string(),
  action: z.string(),
  resource: z.string(),
  times: z.number(),
});
export type Refusal = z.output<typeof refusalSchema>;

/** @throws {ControlRefused} */
async function ask(endpoint: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(
    `${endpoint}/_local/${path}`,
    body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
  );
  const text = await response.text();
  if (!response.ok) throw new ControlRefused(path, response.status, text);
  return JSON.parse(text);
}

/** Every statement that allows something, with what of it was needed so far. */
export async function statementsOf(endpoint: string): Promise<PolicyStatement[]> {
  return z.array(statementSchema).parse(await ask(endpoint, 'iam'));
}

/** What was refused so far. */
export async function refusalsOf(endpoint: string): Promise<Refusal[]> {
  return z.array(refusalSchema).parse(await ask(endpoint, 'iam/refusals'));
}

/** Statements that a cloud, by its endpoint, is to do without whatever else is withheld. */
const dropped = new Map<string, readonly string[]>();

/** Judges as if these statements were not there; none gives all back but those that are dropped. */
export async function withhold(endpoint: string, ids: readonly string[]): Promise<void> {
  await ask(endpoint, 'iam/withhold', { statements: [...(dropped.get(endpoint) ?? []), ...ids] });
}

/** Judges for good as if these statements were not there. */
export async function drop(endpoint: string, ids: readonly string[]): Promise<void> {
  dropped.set(endpoint, ids);
  await withhold(endpoint, []);
}
