/** The record of what happened, in order, each event holding the hash of the one before. */
import { type AuditEvent, auditEventSchema } from '#domain/audit.ts';
import { chainPartition, type Journal } from '#functions/store/keys.ts';
import { type Connection, parseRecord, queryItems } from '#functions/store/table.ts';

export const createAudit = (connection: Connection) => ({
  /** All events of a proposal or a journal, oldest first. `verifyChain` tells whether they are complete and unaltered. */
  list: async (of: { proposalId: string } | { journal: Journal }): Promise<AuditEvent[]> => {
    const found = await queryItems(connection, chainPartition(of), 'AUDIT#');
    return found.map(({ key, attributes }) => parseRecord(auditEventSchema, key, attributes));
  },
});
