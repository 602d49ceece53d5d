/** `jaring submit`: checks that a packet's folder is whole and puts it into the uploads bucket. */
import { access } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { packetPrefixSchema, proposalIdOf } from '#domain/identifiers.ts';
import { readPacket } from '#domain/packet/reader.ts';
import { problemText } from '#domain/text/problem.ts';
import { putPacket } from '../cloud/upload.ts';
import { CommandError } from '../errors.ts';
import { type PacketFolder, readPacketFolder } from '../packet-folder.ts';
import { withCloud } from './context.ts';

/** The folder cannot be sent as it is; each thing that is wrong is a line. */
export class PacketNotWhole extends CommandError {
  override readonly name = 'PacketNotWhole';
  constructor(folder: string, problems: readonly string[]) {
    super(
      `${folder} cannot be sent; nothing was uploaded.\n${problems.map((one) => `  - ${one}`).join('\n')}`,
    );
  }
}

interface SubmitOptions {
  as?: string;
  proposal: string;
}

export function submitCommand(program: Command): void {
  program
    .command('submit')
    .description('upload a packet: a folder with proposal.json and attachments/')
    .argument('<folder>', 'the packet')
    .option('--as <name>', "name of the packet's folder in the bucket (default: the folder's own name)")
    .option('--proposal <file>', 'another file of the folder to send as proposal.json', 'proposal.json')
    .addHelpText(
      'after',
      '\nThe same packet sent again under the same name is a revision: it answers an open request for correction.',
    )
    .action(async (folder: string, options: SubmitOptions, command: Command) => {
      await withCloud(command, async (connection, output) => {
        const packet = await readWhole(resolve(folder), options.proposal);
        const prefix = packetPrefixSchema.safeParse(options.as ?? basename(resolve(folder)));
        if (!prefix.success) {
          throw new PacketNotWhole(folder, [
            'its name must be 3 to 64 of A–Z a–z 0–9 . _ -; give another with --as',
          ]);
        }
        const bar = new SingleBar({
          format: 'uploading {bar} {value}/{total} files',
          hideCursor: true,
          clearOnComplete: true,
        });
        if (!output.json) bar.start(packet.attachments.size + 1, 0);
        try {
          await putPacket(connection, prefix.data, packet, () => bar.increment());
        } finally {
          bar.stop();
        }
        // Until the pipeline has taken it in, so that the next command finds it.
        await connection.control.idle();
        const id = proposalIdOf(prefix.data);
        output.data({ proposalId: id, packet: prefix.data, attachments: packet.attachments.size });
        output.line(`${prefix.data}: proposal.json and ${packet.attachments.size} attachments uploaded.`);
        output.line(`Proposal ${id}. Follow it with: npm run jaring -- show ${id}`);
      });
    });
}

/** The folder's content, if it holds what its proposal.json lists. @throws {PacketNotWhole} */
export async function readWhole(folder: string, proposalName: string): Promise<PacketFolder> {
  await access(join(folder, proposalName)).catch(() => {
    throw new PacketNotWhole(folder, [`there is no ${proposalName} in it`]);
  });
  const packet = await readPacketFolder(folder, proposalName);
  const problems = problemsIn(packet, proposalName);
  if (problems.length > 0) throw new PacketNotWhole(folder, problems);
  return packet;
}

function problemsIn(packet: PacketFolder, proposalName: string): string[] {
  const { problems, attachmentNames } = readPacket(packet.proposal);
  const ofTheFile = problems.filter(({ where }) => where === '');
  if (ofTheFile.length > 0)
    return ofTheFile.map((each) => `${proposalName} is not JSON: ${problemText(each, 'en')}`);
  return attachmentNames
    .filter((name) => !packet.attachments.has(name))
    .map((name) => `attachments/${name} is listed but not there`);
}
