/** A cloud that is killed goes on where it was: nothing is lost, nothing is done twice. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureAssembly } from '#cli/cloud/assembly.ts';
import { type Connection, connect } from '#cli/cloud/connection.ts';
import { defaultHome, projectFolder } from '#cli/cloud/home.ts';
import { putPacket } from '#cli/cloud/upload.ts';
import { proposalIdOf } from '#domain/identifiers.ts';
import { proposalText } from '#samples/packet.ts';
import { readMailbox } from '#samples/people/mailbox.ts';
import { People } from '#samples/people/player.ts';
import { agreeableReplies } from '#samples/people/replies.ts';
import { beginning, tkmGroup } from './world.ts';

let home: string;
let running: ChildProcess | undefined;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'jaring-killed-'));
  await ensureAssembly(join(defaultHome, 'assemblies'));
});
afterEach(async () => {
  await end('SIGTERM');
  await rm(home, { recursive: true, force: true });
});

/** Starts `jaring up` in a process of its own and waits until it says where it is. */
async function up(): Promise<{ endpoint: string; connection: Connection }> {
  const script = join(projectFolder, 'cli/jaring.ts');
  const options = ['--virtual', '--start-at', beginning, '--port', '0', '--json'];
  running = spawn(
    process.execPath,
    [script, 'up', '--home', home, '--assemblies', join(defaultHome, 'assemblies'), ...options],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let told = '';
  for await (const chunk of running.stdout ?? []) {
    told += String(chunk);
    if (told.trimEnd().endsWith('}')) break;
  }
  const { endpoint } = JSON.parse(told) as { endpoint: string };
  return { endpoint, connection: await connect(endpoint) };
}

async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
  const exited = once(running, 'exit');
  running.kill(signal);
  await exited;
}

test('an execution killed with its process is resumed, whatever it was doing', async () => {
  const packet = tkmGroup(1);
  const id = proposalIdOf(packet.prefix);

  const first = await up();
  await putPacket(first.connection, packet.prefix, {
    proposal: proposalText(packet.proposal),
    attachments: packet.attachments,
  });
  // Not settled: the checks, or the asking of twenty people, are cut off in the middle.
  await end('SIGKILL');
  first.connection.close();

  const second = await up();
  await second.connection.control.idle();
  expect((await second.connection.store.proposals.get(id)).stage).toBe('verification');
  const asked = (await readMailbox(second.endpoint)).filter(({ subject }) => subject.includes('keanggotaan'));
  expect(new Set(asked.map(({ to }) => to[0])).size).toBe(20);
  const people = new People({
    endpoint: second.endpoint,
    replies: { membership: agreeableReplies.membership },
  });
  await people.answerNewMail();
  await second.connection.control.idle();
  await end('SIGKILL');
  second.connection.close();

  const third = await up();
  const { control, store } = third.connection;
  const rest = new People({ endpoint: third.endpoint, replies: agreeableReplies });
  for (let done = -1; done !== 0; done = (await rest.answerNewMail()).length) await control.idle();
  const proposal = await store.proposals.get(id);
  expect(proposal.stage).toBe('payment');
  expect((await store.audit.verify({ proposalId: id })).sound).toBe(true);
  const actions = (await store.audit.list({ proposalId: id })).map(({ action }) => action);
  for (const once of ['proposal.registered', 'checks.passed', 'proposal.verified', 'proposal.awarded']) {
    expect(
      actions.filter((action) => action === once),
      once,
    ).toHaveLength(1);
  }
  third.connection.close();
}, 90_000);
