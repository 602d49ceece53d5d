/** The papers that are drafted from an accepted muster roll: what each is called, and its number. */
import { numberAfterDecree } from '../papers/drafts.ts';
import type { Bilingual } from '../text/language.ts';

export const wagePaperNames = {
  'wage-bill': { id: 'Daftar Pembayaran Upah', en: 'Wage bill (daftar pembayaran upah)' },
  'wage-receipts': { id: 'Daftar Tanda Terima Upah', en: 'List of receipts for wages (tanda terima upah)' },
} as const satisfies Record<string, Bilingual>;

export type WagePaperKind = keyof typeof wagePaperNames;
export const wagePaperKinds = Object.keys(wagePaperNames) as [WagePaperKind, ...WagePaperKind[]];

const numberCodes: Record<WagePaperKind, string> = { 'wage-bill': 'DPU', 'wage-receipts': 'DTTU' };

/** The paper's number after the decree's: `0007/SK/…` → `0007/DPU/…`. @throws {UnreadableDecreeNumber} */
export function wagePaperNumber(award: { sk: { number: string } }, kind: WagePaperKind): string {
  return numberAfterDecree(award.sk.number, numberCodes[kind]);
}
