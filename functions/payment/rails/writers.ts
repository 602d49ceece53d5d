/** Which writer a rail has. */
import type { Rail } from '#domain/rail.ts';
import { bulkText } from './bulk-text.ts';
import { pain001 } from './pain-001.ts';
import type { RailWriter } from './rail.ts';

export const writerOf = (rail: Rail): RailWriter => (rail === 'bulk-text' ? bulkText : pain001);
