/** The record of what happened, in order, each event holding the hash of the one before. */
import { type AuditEvent, type ChainCheck, verifyChain } from '#domain/proposal/audit.ts';
import { type AuditHead, eventsIn, readHead } from '#functions/store/commit.ts';
import { type ChainOf, chainId, chainPartition } from '#functions/store/keys.ts';
import { type Connection, queryItems } from '#functions/store/table.ts';

export function createAudit(connection: Connection) {
  /** All events of a proposal or a journal, oldest first. */
  const list = async (of: ChainOf): Promise<AuditEvent[]> => {
    const found = await queryItems(connection, chainPartition(of), 'AUDIT#');
    return found.flatMap(({ key, attributes }) => eventsIn(key, attributes));
  };
  return {
    list,
    /** Where the record ends, unless something was recorded this moment; read it before what a commit is to rest on (`restsOn`). */
    head: (of: ChainOf): Promise<AuditHead> => readHead(connection, of, 'eventual'),
    /** Whether the chain is complete and unaltered. */
    verify: async (of: ChainOf): Promise<ChainCheck> => verifyChain(chainId(of), await list(of)),
  };
}
