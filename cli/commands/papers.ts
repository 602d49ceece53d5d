/** `jaring papers`: the papers that were drafted for a proposal, with the numbers and hashes that the record has of them. */

import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { Command } from 'commander';
import { type Draft, draftNames } from '#domain/papers/drafts.ts';
import type { Proposal } from '#domain/proposal/proposal.ts';
import { tranchesOf } from '#domain/proposal/proposal.ts';
import type { Connection } from '../cloud/connection.ts';
import { CommandError } from '../errors.ts';
import { findProposal, withCloud } from './context.ts';

/** A file is not the one that was recorded. */
export class PaperAltered extends CommandError {
  override readonly name = 'PaperAltered';
  constructor(keys: readonly string[]) {
    super(`Not what was recorded when they were drafted: ${keys.join(', ')}. They were not saved.`);
  }
}

interface TrancheDraft extends Draft {
  tranche: number;
}

export function papersCommand(program: Command): void {
  program
    .command('papers')
    .description(
      'list the papers that were drafted for a proposal, with number and SHA-256; --save fetches them',
    )
    .argument('<proposal>', 'its id, as "jaring list" shows it')
    .option('--save <folder>', 'write them there, after comparing each with its recorded hash')
    .action(async (id: string, { save }: { save?: string }, command: Command) => {
      await withCloud(command, async (connection, output) => {
        const papers = papersOf(await findProposal(connection, id));
        output.data({ papers });
        output.table(
          [
            { title: 'tranche', align: 'right' },
            { title: 'paper' },
            { title: 'number' },
            { title: 'date' },
            { title: 'SHA-256 of what it says' },
            { title: 'counts' },
          ],
          papers.map((paper) => [
            String(paper.tranche),
            draftNames[paper.kind].id,
            paper.number,
            paper.date,
            paper.contentSha256,
            isReplaced(paper, papers) ? 'replaced' : 'yes',
          ]),
        );
        if (papers.length === 0) output.line('No papers yet: they are drafted when a tranche opens.');
        if (save === undefined) return;
        await savePapers(connection, papers, save);
        output.line(`${papers.length} papers written to ${save}`);
      });
    });
}

/** Whether a later one names another account in its place. */
function isReplaced({ tranche, kind, attempt = 1 }: TrancheDraft, papers: readonly TrancheDraft[]): boolean {
  return papers.some(
    (other) => other.tranche === tranche && other.kind === kind && (other.attempt ?? 1) > attempt,
  );
}

function papersOf(proposal: Proposal): TrancheDraft[] {
  return tranchesOf(proposal).flatMap(({ number: tranche, drafts = [] }) =>
    drafts.map((draft) => ({ tranche, ...draft })),
  );
}

/** @throws {PaperAltered} naming all, after the others were written */
async function savePapers(
  { s3, outputs }: Connection,
  papers: readonly TrancheDraft[],
  folder: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const altered: string[] = [];
  for (const { tranche, key, sha256 } of papers) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: outputs.UploadsBucketName, Key: key }));
    const file = (await Body?.transformToByteArray()) ?? new Uint8Array();
    if (createHash('sha256').update(file).digest('hex') !== sha256) altered.push(key);
    else await writeFile(join(folder, `${tranche}-${basename(key)}`), file);
  }
  if (altered.length > 0) throw new PaperAltered(altered);
}
