/** The books of the paying accounts: their statements, and the postings of what no payment took. */
import {
  type BookPosting,
  type BookStatement,
  bookPostingSchema,
  bookStatementSchema,
} from '#domain/money/account-book.ts';
import type { Change } from '#functions/store/commit.ts';
import { AlreadyExists } from '#functions/store/errors.ts';
import { keys } from '#functions/store/keys.ts';
import { type Connection, conditions, parseRecord, queryItems, write } from '#functions/store/table.ts';

/** A posting, once. `AlreadyExists` when it was made before. */
export function postChange(posting: BookPosting): Change {
  return {
    write: write.put(keys.bookPosting(posting), bookPostingSchema.parse(posting), {
      condition: conditions.absent,
    }),
    onConflict: () => new AlreadyExists(`Posting ${posting.id}`),
  };
}

export function createAccountBooks(connection: Connection) {
  const partition = (account: string) => keys.bookStatement({ account, day: '', id: '' }).pk;
  return {
    /** All statements of an account that gave its balances. */
    statements: async (account: string): Promise<BookStatement[]> => {
      const found = await queryItems(connection, partition(account), 'STATEMENT#');
      return found.map(({ key, attributes }) => parseRecord(bookStatementSchema, key, attributes));
    },

    postings: async (account: string): Promise<BookPosting[]> => {
      const found = await queryItems(connection, partition(account), 'POSTING#');
      return found.map(({ key, attributes }) => parseRecord(bookPostingSchema, key, attributes));
    },

    /** A statement, once. @param id what tells it from others of its day */
    add: (statement: BookStatement, id: string): Change => ({
      write: write.put(
        keys.bookStatement({ account: statement.account, day: statement.closing.day, id }),
        bookStatementSchema.parse(statement),
        { condition: conditions.absent },
      ),
      onConflict: () => new AlreadyExists(`Statement ${id}`),
    }),

    post: postChange,
  };
}
