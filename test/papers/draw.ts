/**
 * Draws every paper for two sample groups, and a picture of each page, to be looked at: `npm run draw:papers [folder]`.
 *
 * Needs `pdftoppm` (poppler-utils). Without a folder the pictures in `docs/papers/` are drawn again.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { trancheDrafts } from '#domain/papers/drafts.ts';
import { wagePaperKinds } from '#domain/public-works/wage-papers.ts';
import type { Paper } from '#functions/payment/drafts/paper.ts';
import { renderPaper } from '#functions/payment/drafts/render.ts';
import { paperFor } from '#functions/payment/drafts/wording/papers.ts';
import { wagePaperFor } from '#functions/payment/drafts/wording/wages.ts';
import { newestRulePack } from '#programmes/index.ts';
import { paperFacts, wageFacts } from '../unit/functions/payment/paper-facts.ts';

/** Enough to read every word of it. */
const dotsPerInch = '110';

const tkm = paperFacts('tkm-2020', 1);
const works = paperFacts('padat-karya-2020', 1);
const worksLater = paperFacts('padat-karya-2020', 2);

const papers = new Map<string, Paper>([
  ...trancheDrafts(newestRulePack('tkm-2020'), 1).map((kind) => [kind, paperFor(kind, tkm)] as const),
  ['sptjm', paperFor('sptjm', works)],
  ['sptjb-later-tranche', paperFor('sptjb', worksLater)],
  ...wagePaperKinds.map((kind) => [kind, wagePaperFor(kind, wageFacts())] as const),
]);

const folder = process.argv[2] ?? fileURLToPath(new URL('../../docs/papers', import.meta.url));
mkdirSync(folder, { recursive: true });
for (const file of readdirSync(folder).filter((name) => name.endsWith('.png'))) rmSync(join(folder, file));
const work = mkdtempSync(join(tmpdir(), 'papers-'));
for (const [name, paper] of papers) {
  const file = join(work, `${name}.pdf`);
  writeFileSync(file, await renderPaper(paper));
  execFileSync('pdftoppm', ['-mono', '-png', '-r', dotsPerInch, file, join(folder, name)]);
}
rmSync(work, { recursive: true });
