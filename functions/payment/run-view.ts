/** Which part of a payment run a page shows, as its address says it. What the address says is anybody's: all else is the beginning. */
import { readEndToEndId } from '#domain/money/payment.ts';
import { lastSegment } from '#functions/web/link.ts';

export type View =
  | { of: 'all' | 'changed'; from: number }
  | { of: 'bank'; bankCode: string; from: number }
  | { of: 'payment'; endToEndId: string };

const kindInAddress = { all: 'semua', changed: 'berubah' } as const;

/** The address of a view, as seen from the page. */
export function viewAddress(path: string, view: View): string {
  return `${lastSegment(path)}?setelah=${encodeURIComponent(textOf(view))}`;
}

function textOf(view: View): string {
  switch (view.of) {
    case 'payment':
      return view.endToEndId;
    case 'bank':
      return `bank-${view.bankCode}.${view.from}`;
    default:
      return `${kindInAddress[view.of]}.${view.from}`;
  }
}

/** The view that an address asks for. */
export function readView(text: string | undefined): View {
  if (text !== undefined && readEndToEndId(text) !== undefined) return { of: 'payment', endToEndId: text };
  const [, what = '', digits = '0'] = /^([a-z]+(?:-[0-9A-Za-z]{1,12})?)\.(\d{1,6})$/.exec(text ?? '') ?? [];
  const from = Number(digits);
  if (what === kindInAddress.changed) return { of: 'changed', from };
  if (what.startsWith('bank-')) return { of: 'bank', bankCode: what.slice(5), from };
  return { of: 'all', from };
}
