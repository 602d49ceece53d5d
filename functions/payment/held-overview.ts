/**
 * What of a run is held, and why: what was left out of it or taken out of it, and, until it is sent, what would be taken out now.
 * Each waits by itself, and the rest of the run goes.
 */
import { holdText } from '#domain/money/hold-texts.ts';
import type { Hold } from '#domain/money/payment.ts';
import type { PaymentRun } from '#domain/money/payment-run.ts';
import { formatRupiah } from '#domain/money/rupiah.ts';
import { heldBy } from '#functions/payment/held.ts';
import type { RunPayment } from '#functions/store/runs.ts';
import type { Store } from '#functions/store/store.ts';
import { section } from '#functions/web/fragments.ts';
import { html, type Piece } from '#functions/web/markup.ts';
import { inBoth } from '#functions/web/page.ts';

type HoldStore = Pick<Store, 'bankItems' | 'payments' | 'people' | 'runs'>;

interface HeldPayment {
  endToEndId: string;
  amount: RunPayment['amount'];
  hold: Hold;
}

/** @param shown payments of the run that are looked at, besides those that are held already */
async function heldIn(
  store: HoldStore,
  { id }: Pick<PaymentRun, 'id'>,
  shown: readonly RunPayment[],
): Promise<HeldPayment[]> {
  const out = await store.runs.held(id);
  const inside = shown.filter(({ endToEndId }) => out.every((each) => each.endToEndId !== endToEndId));
  const found = await store.payments.byPointers([...out, ...inside]);
  const looked = await Promise.all(
    found.map(async (payment) => {
      const { endToEndId, amount, state } = payment;
      if (state !== 'ready' && (state !== 'gathered' || payment.runId !== id)) return [];
      const hold = payment.held ?? (await heldBy(store, payment)).hold;
      return hold === undefined ? [] : [{ endToEndId, amount, hold }];
    }),
  );
  return looked.flat();
}

/** A section with what is held; nothing where nothing is. */
export async function heldSection(
  store: HoldStore,
  run: Pick<PaymentRun, 'id'>,
  shown: readonly RunPayment[],
): Promise<Piece> {
  const held = await heldIn(store, run, shown);
  if (held.length === 0) return undefined;
  const ids = new Set(held.flatMap(({ hold }) => (hold.why === 'question' ? hold.items : [])));
  const items = await Promise.all([...ids].map((id) => store.bankItems.find(id)));
  const known = new Map(items.flatMap((item) => (item === undefined ? [] : [[item.id, item]])));
  const holders = new Set(held.flatMap(({ hold }) => (hold.why === 'person' ? hold.by : [])));
  const people = await Promise.all([...holders].map((id) => store.people.get(id, 'eventual')));
  const names = new Map(people.flatMap((person) => (person === undefined ? [] : [[person.id, person.name]])));
  return section({ id: 'Yang ditahan', en: 'What is held' }, [
    html`<p>${inBoth({
      id: 'Pembayaran ini tidak ikut ke bank sampai pertanyaannya terjawab atau bendahara membebaskannya. Selebihnya berjalan.',
      en: 'These payments do not go to the bank before their questions are answered or a treasurer frees them. The rest goes.',
    })}</p>`,
    html`<table><thead><tr><th scope="col">${inBoth({ id: 'Nomor pembayaran', en: 'Payment' })}</th><th scope="col">${inBoth({ id: 'Jumlah', en: 'Amount' })}</th><th scope="col">${inBoth({ id: 'Mengapa', en: 'Why' })}</th></tr></thead><tbody>${held.map(
      ({ endToEndId, amount, hold }) =>
        html`<tr><td>${endToEndId}</td><td class="amount">${formatRupiah(amount)}</td><td>${inBoth(holdText(hold, known, names))}</td></tr>`,
    )}</tbody></table>`,
  ]);
}
