import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { namings } from './named-kinds.ts';

const root = join(import.meta.dirname, '../../../..');

/** Papers of the treasury, which kinds of asks are called after. */
const papers = ['spp', 'spm', 'sp2d'];
/** Words that in the domain name stages, duties, types of documents and fields of a form as well. */
const ofDomain = [
  ...['outcome', 'approval', 'objection', 'appeal', 'receipt', 'membership', ...papers],
  ...['lpj', 'muster-roll', 'deposit-slip'],
];

/** Where the sources say what is forbidden, as `path:line: how: source`. */
function found(
  patterns: string[],
  options: Parameters<typeof namings>[1],
  own: (path: string) => boolean = () => false,
): string[] {
  return globSync(patterns, { cwd: root })
    .filter((path) => !own(path))
    .flatMap((path) =>
      namings(readFileSync(join(root, path), 'utf8'), options).map(
        ({ line, how, source }) => `${path}:${line}: ${how}: ${source}`,
      ),
    );
}

describe('a kind of ask', () => {
  it('is named by no room that serves all kinds', () => {
    const rooms = 'functions/{asks,web,notifications,identity}/**/*.ts';
    expect(found([rooms], { otherWords: ['outcome'] })).toEqual([]);
    expect(found(['functions/store/**/*.ts'], { otherWords: ['outcome', ...papers] })).toEqual([]);
  });

  it('is named in the domain by its record alone', () => {
    const lists = /^domain\/asks\/(?:kinds\/|kinds\.ts$|ask-kinds\.ts$)/;
    expect(found(['domain/**/*.ts'], { otherWords: ofDomain }, (path) => lists.test(path))).toEqual([]);
  });

  it('is compared with nowhere but in its own files', () => {
    const own = /^domain\/asks\/kinds\/|^functions\/[a-z-]+\/asks\//;
    const files = ['domain/**/*.ts', 'functions/**/*.ts'];
    expect(found(files, { only: 'choices' }, (path) => own.test(path))).toEqual([]);
  });
});

describe('the search for named kinds', () => {
  const seen = (source: string, options?: Parameters<typeof namings>[1]) =>
    namings(source, options).map(({ how }) => how);
  /** As a source of the domain is searched. */
  const inDomain = (source: string) => seen(source, { otherWords: ofDomain });
  const choices = (source: string) => seen(source, { only: 'choices' });

  it.each([
    "if (ask.kind === 'spm') stop();",
    "if ('receipt' !== kind) stop();",
    "if (kindOf(ask.kind).name === 'lpj') stop();",
    "switch (ask.kind) { case 'outcome': stop(); }",
    "if (['spm', 'sp2d'].includes(ask.kind)) stop();",
    "if (new Set(['lpj']).has(kind)) stop();",
    "if (ask.kind.startsWith('deposit-')) stop();",
    "if (kind.startsWith('spm')) stop();",
    "if (kind.endsWith('-review')) stop();",
    'if (/^deposit-/.test(ask.kind)) stop();',
    'if (ask.kind.match(/^sp/)) stop();',
    "const title = { spm: 'SPM', lpj: 'LPJ' }[ask.kind];",
    "const paying: ReadonlySet<AskKind> = new Set(['spp']);",
    "const titles: Partial<Record<AskKind, string>> = { approval: 'Persetujuan' };",
    "const office = ['spp', 'spm'] satisfies AskKind[];",
  ])('finds the choice in %s', (source) => {
    for (const search of [seen, inDomain, choices]) expect(search(source), source).toHaveLength(1);
  });

  it.each([
    'if (ask.kind === spm.name) stop();',
    'switch (ask.kind) { case siteVisit.name: stop(); }',
    'if ([spp.name, spm.name].includes(kind)) stop();',
  ])('finds the choice by a record in %s, which a stage may make', (source) => {
    expect(seen(source)).toHaveLength(1);
    expect(inDomain(source)).toHaveLength(1);
    expect(choices(source)).toEqual([]);
  });

  it.each([
    "ask('bank-inquiry');",
    "type Slip = Answer<'deposit-slip'>;",
    "const kind: 'membership' | 'receipt' = of(ask);",
    "const id = 'spm:2-3';",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: A source as it is searched.
    'const id = `receipt:${tranche}`;',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: A source as it is searched.
    'const id = `${proposalId}.spm.${round}`;',
    "if (key.startsWith('tranche-doc')) stop();",
    "const words = { 'site-visit': title };",
    'const words = { receipt: title };',
    'interface Words { membership: Bilingual }',
    "import { lpj } from '#domain/asks/kinds/lpj.ts';",
    "import { kinds } from '#domain/asks/kinds.ts';",
    "const { lpj } = await import('../asks/kinds/lpj.ts');",
    "const title = kindOf('appeal').form.title;",
    "const given = answeredOf(asks, { name: 'lpj' });",
  ])('finds the name in %s', (source) => {
    expect(seen(source)).toHaveLength(1);
  });

  it.each([
    "type Reviewed = About<'receipt'>;",
    "const title = kindOf('appeal').form.title;",
    "const id = 'spm:2-3';",
    "const part = item('training-session', 1);",
    "import { lpj } from './kinds/lpj.ts';",
  ])('finds in the domain, where names are other words too, %s', (source) => {
    expect(inDomain(source)).toHaveLength(1);
  });

  it.each([
    '// if (ask.kind === "spm") stop();',
    '/** As `spm:2-3` does. */',
    'const { approval, receipt: { quorum } } = pack;',
    "const question = 'The group objects: see objection.';",
    "const event = 'receipt.denied-late';",
    "const reason = 'spm-refused';",
    "const template = 'objection-granted';",
    "import { MusterRoll } from './muster-roll.ts';",
    "if (field.name === 'outcome') stop();",
    "if (text.startsWith('P-')) stop();",
    "if (kind === 'person') stop();",
    'if (kind === other.name) stop();',
  ])('leaves %s alone', (source) => {
    expect(seen(source, { otherWords: ['outcome'] })).toEqual([]);
  });

  it.each([
    "const stage = z.literal('approval');",
    "const paper = z.enum(['spp', 'spm']);",
    'const papers = { spp: spp.number, spm: spm.number };',
    "const types = { 'muster-roll': roll, lpj: report };",
    "if (stage === 'approval') stop();",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: A source as it is searched.
    'const place = `${day}/sp2d`;',
  ])('leaves %s alone in the domain', (source) => {
    expect(inDomain(source)).toEqual([]);
  });
});
