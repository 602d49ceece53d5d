/** Why a person has to look at what the bank said, and what holds a payment meanwhile, in words. */
import { type Bilingual, both } from '../text/bilingual.ts';
import type { Hold } from './payment.ts';
import type { BankItem } from './worklist-item.ts';

/** Why an item is on the worklist. */
export const questionTexts: Readonly<Record<BankItem['why'], Bilingual>> = {
  unknown: { id: 'tidak cocok dengan pembayaran mana pun', en: 'fits no payment' },
  state: {
    id: 'bertentangan dengan keterangan bank sebelumnya',
    en: 'contradicts what the bank said before',
  },
  amount: { id: 'jumlahnya berbeda', en: 'another amount' },
  credit: { id: 'uang masuk tanpa keterangan', en: 'money came in, and no reason was given' },
  twice: {
    id: 'dibayar dua kali: minta kembali uangnya dari bank',
    en: 'paid a second time: get the money back from the bank',
  },
  late: {
    id: 'belum dibukukan bank dalam batas harinya',
    en: 'not booked by the bank within its days',
  },
  doubt: {
    id: 'mungkin sudah diberitakan dengan kata lain',
    en: 'perhaps told before in other words',
  },
  deposit: {
    id: 'memakai NTPN suatu setoran, yang tidak dibuktikannya',
    en: 'under the NTPN of a deposit, which it does not prove',
  },
};

/**
 * What holds a payment.
 * @param items those of the worklist that are known, by id
 * @param names people of the directory, by id
 */
export function holdText(
  hold: Hold,
  items: ReadonlyMap<string, Pick<BankItem, 'why'>>,
  names: ReadonlyMap<string, string> = new Map(),
): Bilingual {
  if (hold.why === 'person') {
    const by = names.get(hold.by) ?? hold.by;
    return { id: `Ditahan oleh ${by}: ${hold.reason}`, en: `Held by ${by}: ${hold.reason}` };
  }
  if (hold.why === 'earlier')
    return {
      id: `Ditahan: uang dari percobaan sebelumnya (${hold.endToEndId}) mungkin sudah keluar.`,
      en: `Held: the money of an earlier attempt (${hold.endToEndId}) may be out.`,
    };
  const named = hold.items.map((id) => {
    const why = items.get(id)?.why;
    const text = why === undefined ? both('') : questionTexts[why];
    return { id: why ? `${id}, ${text.id}` : id, en: why ? `${id}, ${text.en}` : id };
  });
  return {
    id: `Ditahan: bank belum menjelaskan (${named.map((each) => each.id).join('; ')}).`,
    en: `Held: the bank has yet to explain (${named.map((each) => each.en).join('; ')}).`,
  };
}
