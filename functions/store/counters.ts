/** Running numbers, for example of decrees. A number is never given twice; numbers may be skipped. */
import { keys } from '#functions/store/keys.ts';
import { type Connection, updateItem } from '#functions/store/table.ts';

export function createCounters(connection: Connection) {
  return {
    /** The next number, from 1. @param name for example `SK#tkm-2020#2020` */
    next: async (name: string): Promise<number> => {
      const { value } = await updateItem(connection, keys.counter(name), {
        text: 'ADD #value :one',
        names: { '#value': 'value' },
        values: { ':one': 1 },
      });
      return Number(value);
    },
  };
}
