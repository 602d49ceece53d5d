/** `jaring play`: the sample people answer until proposals stand where one wants to look at them. */
import type { Command } from 'commander';
import { type Proposal, stages } from '#domain/proposal/proposal.ts';
import { everyRulePack } from '#programmes/index.ts';
import type { Connection } from '../cloud/connection.ts';
import { CommandError, UnknownName } from '../errors.ts';
import type { Output } from '../output.ts';
import { type Asked, askedAbout } from '../play/asked.ts';
import { awaitedBank } from '../play/awaited-bank.ts';
import { keptAuthenticators } from '../play/kept-authenticators.ts';
import { Links } from '../play/links.ts';
import { narrate } from '../play/narration.ts';
import { checkAbout, readTarget, readWanted, type Target, type Wanted } from '../play/target.ts';
import { type Played, playUntil } from '../play/until.ts';
import { jakartaTime } from '../time.ts';
import { contextOf, withCloud } from './context.ts';
import { proposalsIn } from './list.ts';

/** Proposals do not stand where they were to stand; each is a line. */
export class NotReached extends CommandError {
  override readonly name = 'NotReached';
  override readonly exitCode = 3;
}

interface PlayOptions {
  until: string;
  except: string[];
}

export function playCommand(program: Command): void {
  program
    .command('play')
    .description(
      'let the sample people and the bank answer until proposals stand where you want to look at them',
    )
    .argument('[proposals...]', 'their ids, or the names of their packets; by default all')
    .requiredOption(
      '--until <place>',
      'a stage, "closed", or a kind of ask, as "spm", or "spm:2" for that of tranche 2',
    )
    .option('--except <kind>', 'a kind of ask that is left unanswered; again for several', collect, [])
    .addHelpText(
      'after',
      `
On a running cloud in virtual time (npm start -- --virtual). It stops before the first open ask of that kind, whose page you find
with the link that it prints. What is left by --except runs out as time moves.
Exit codes: 0 all stand there; 3 one does not, or cannot come there, and why; 2 a name that does not exist.

Examples:
  npm run jaring -- play --until spm
  npm run jaring -- play P-B8EE16M965 --until mentor-visit:30
  npm run jaring -- play --until closed --except outcome`,
    )
    .action(async (names: string[], options: PlayOptions, command: Command) => {
      const target = readTarget(options.until);
      const except = options.except.map(readWanted);
      await withCloud(command, async (connection, output) => {
        await mustBeVirtual(connection);
        await connection.control.idle();
        const proposals = await namedBy(connection, names);
        await checkNames(connection, proposals, target, except);
        const ids = proposals.map(({ id }) => id);
        const narration = narrate(connection, ids, output, (key: string) => `answers ${key}`);
        await narration.stages();
        const played = await playUntil({
          ...{ connection, target, except, ...narration, proposals: ids },
          bank: awaitedBank(connection),
          authenticators: keptAuthenticators(contextOf(command).home),
        });
        await narration.stages();
        show(played, output);
        const failed = played.proposals.flatMap(({ id, standing }) =>
          standing.state === 'ended' ? [`${id} ${standing.why}.`] : [],
        );
        if (failed.length > 0) throw new NotReached(`Not reached: ${target.text}.\n${failed.join('\n')}`);
      });
    });
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

/** @throws {NotReached} */
async function mustBeVirtual({ control }: Pick<Connection, 'control'>): Promise<void> {
  if ((await control.clock()).mode !== 'virtual')
    throw new NotReached(
      'The time of this cloud flows by itself. Play on one in virtual time: npm start -- --virtual',
    );
}

/** The proposals of these names, or all. @throws {UnknownName | NotReached} */
async function namedBy(connection: Connection, names: readonly string[]): Promise<Proposal[]> {
  const all = await proposalsIn(connection, stages);
  if (names.length === 0 && all.length === 0)
    throw new NotReached('There are no proposals yet. Send one with: npm run jaring -- submit <folder>');
  if (names.length === 0) return all;
  const found = names.map((name) => {
    const one = all.find(({ id, packetPrefix }) => id === name.toUpperCase() || packetPrefix === name);
    if (one === undefined)
      throw new UnknownName(
        'proposal',
        name,
        all.map(({ id, packetPrefix }) => `${id} (${packetPrefix})`),
      );
    return one;
  });
  return [...new Set(found)];
}

/** @throws {UnknownName} */
async function checkNames(
  { store }: Connection,
  proposals: readonly Proposal[],
  target: Target,
  except: readonly Wanted[],
): Promise<void> {
  const wanted = [...(target.ask === undefined ? [] : [target.ask]), ...except];
  if (wanted.every(({ about }) => about === undefined)) return;
  const links = new Links(store);
  const asked = (await Promise.all(proposals.map(({ id }) => askedAbout(store, id, links)))).flat();
  const packs = everyRulePack();
  for (const one of wanted)
    checkAbout(
      one,
      packs,
      asked.filter(({ kind }) => kind === one.kind),
    );
}

function show({ now, proposals, answered }: Played, output: Output): void {
  const open = proposals.map(({ id, proposal, asked }) => ({
    id,
    stage: proposal?.stage,
    open: asked
      .filter((one) => one.open)
      .map(({ ask, kind, about, person, url }) => ({ ask, kind, about, person, url })),
  }));
  output.data({ now, proposals: open, answered });
  output.line(`\nIt is ${jakartaTime(now)} in Jakarta.`);
  output.table(
    [{ title: 'proposal' }, { title: 'stage' }, { title: 'waits for' }, { title: 'from' }, { title: 'page' }],
    open.flatMap(({ id, stage = '–', open: asks }) => {
      if (asks.length === 0) return [[id, stage, '–', '–', '–']];
      return groupsOf(asks).map(([{ kind, about, person, url }, ...others]) => {
        const from = others.length === 0 ? person : `${person} and ${others.length} more`;
        return [id, stage, `${kind}:${about}`, from, url ?? '–'];
      });
    }),
  );
}

type Open = Pick<Asked, 'kind' | 'about' | 'person' | 'url'>;

/** What several people are asked for is one line. */
function groupsOf(asks: readonly Open[]): [Open, ...Open[]][] {
  const groups = new Map<string, [Open, ...Open[]]>();
  for (const ask of asks) {
    const group = groups.get(`${ask.kind}:${ask.about}`);
    if (group === undefined) groups.set(`${ask.kind}:${ask.about}`, [ask]);
    else group.push(ask);
  }
  return [...groups.values()];
}
