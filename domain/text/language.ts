/** The two languages of every text that people read: Indonesian first, English below it. */
import * as z from 'zod';

/** The language a person prefers. */
export const languageSchema = z.enum(['id', 'en']);
export type Language = z.output<typeof languageSchema>;

/** A text in both languages. */
export const bilingualSchema = z.strictObject({ id: z.string().min(1), en: z.string().min(1) });
export type Bilingual = z.output<typeof bilingualSchema>;
