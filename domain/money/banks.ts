/**
 * The banks of Indonesia by the three-digit code that Bank Indonesia gave them (`sandi bank`), which also is how they
 * are named in transfers between banks.
 *
 * State, private, foreign and regional development banks. Rural banks (BPR) take part through one of these; a bank that
 * is missing here can be named by the paying office (`rail.memberIds`).
 */
export const bankNames: ReadonlyMap<string, string> = new Map([
  ['002', 'Bank Rakyat Indonesia'],
  ['008', 'Bank Mandiri'],
  ['009', 'Bank Negara Indonesia'],
  ['011', 'Bank Danamon Indonesia'],
  ['013', 'Bank Permata'],
  ['014', 'Bank Central Asia'],
  ['016', 'Bank Maybank Indonesia'],
  ['019', 'Bank Panin'],
  ['022', 'Bank CIMB Niaga'],
  ['023', 'Bank UOB Indonesia'],
  ['028', 'Bank OCBC NISP'],
  ['031', 'Citibank'],
  ['032', 'JPMorgan Chase Bank'],
  ['033', 'Bank of America'],
  ['036', 'Bank China Construction Bank Indonesia'],
  ['037', 'Bank Artha Graha Internasional'],
  ['040', 'Bangkok Bank'],
  ['041', 'Bank HSBC Indonesia'],
  ['042', 'MUFG Bank'],
  ['046', 'Bank DBS Indonesia'],
  ['047', 'Bank Resona Perdania'],
  ['048', 'Bank Mizuho Indonesia'],
  ['050', 'Standard Chartered Bank'],
  ['054', 'Bank Capital Indonesia'],
  ['061', 'Bank ANZ Indonesia'],
  ['069', 'Bank of China'],
  ['076', 'Bank Bumi Arta'],
  ['095', 'Bank JTrust Indonesia'],
  ['097', 'Bank Mayapada Internasional'],
  ['110', 'Bank BJB'],
  ['111', 'Bank DKI'],
  ['112', 'BPD Daerah Istimewa Yogyakarta'],
  ['113', 'Bank Jateng'],
  ['114', 'Bank Jatim'],
  ['115', 'Bank Jambi'],
  ['116', 'Bank Aceh Syariah'],
  ['117', 'Bank Sumut'],
  ['118', 'Bank Nagari'],
  ['119', 'Bank Riau Kepri Syariah'],
  ['120', 'Bank Sumsel Babel'],
  ['121', 'Bank Lampung'],
  ['122', 'Bank Kalsel'],
  ['123', 'Bank Kalbar'],
  ['124', 'Bank Kaltimtara'],
  ['125', 'Bank Kalteng'],
  ['126', 'Bank Sulselbar'],
  ['127', 'Bank SulutGo'],
  ['128', 'Bank NTB Syariah'],
  ['129', 'BPD Bali'],
  ['130', 'Bank NTT'],
  ['131', 'Bank Maluku Malut'],
  ['132', 'Bank Papua'],
  ['133', 'Bank Bengkulu'],
  ['134', 'Bank Sulteng'],
  ['135', 'Bank Sultra'],
  ['137', 'Bank Banten'],
  ['147', 'Bank Muamalat Indonesia'],
  ['151', 'Bank Mestika Dharma'],
  ['152', 'Bank Shinhan Indonesia'],
  ['153', 'Bank Sinarmas'],
  ['157', 'Bank Maspion Indonesia'],
  ['161', 'Bank Ganesha'],
  ['164', 'Bank ICBC Indonesia'],
  ['167', 'Bank QNB Indonesia'],
  ['200', 'Bank Tabungan Negara'],
  ['212', 'Bank Woori Saudara Indonesia'],
  ['213', 'Bank SMBC Indonesia'],
  ['425', 'Bank BJB Syariah'],
  ['426', 'Bank Mega'],
  ['441', 'Bank KB Indonesia'],
  ['451', 'Bank Syariah Indonesia'],
  ['459', 'Krom Bank Indonesia'],
  ['472', 'Bank Jasa Jakarta'],
  ['484', 'Bank KEB Hana Indonesia'],
  ['485', 'Bank MNC Internasional'],
  ['490', 'Bank Neo Commerce'],
  ['494', 'Bank Raya Indonesia'],
  ['498', 'Bank SBI Indonesia'],
  ['501', 'Bank Digital BCA'],
  ['503', 'Bank Nationalnobu'],
  ['506', 'Bank Mega Syariah'],
  ['513', 'Bank Ina Perdana'],
  ['517', 'Bank Panin Dubai Syariah'],
  ['521', 'Bank KB Bukopin Syariah'],
  ['523', 'Bank Sahabat Sampoerna'],
  ['526', 'Bank Oke Indonesia'],
  ['531', 'Bank Amar Indonesia'],
  ['535', 'SeaBank Indonesia'],
  ['536', 'Bank BCA Syariah'],
  ['542', 'Bank Jago'],
  ['547', 'Bank BTPN Syariah'],
  ['548', 'Bank Multiarta Sentosa'],
  ['553', 'Bank Hibank Indonesia'],
  ['555', 'Bank Index Selindo'],
  ['562', 'Super Bank Indonesia'],
  ['564', 'Bank Mandiri Taspen'],
  ['566', 'Bank Victoria International'],
  ['567', 'Allo Bank Indonesia'],
  ['945', 'Bank IBK Indonesia'],
  ['947', 'Bank Aladin Syariah'],
  ['949', 'Bank CTBC Indonesia'],
]);

/** What people call a bank, where that is not how its name begins. */
const shortNames: ReadonlyMap<string, string> = new Map([
  ['002', 'BRI'],
  ['009', 'BNI'],
  ['014', 'BCA'],
  ['200', 'BTN'],
  ['451', 'BSI'],
]);

/** The bank by name, with what people call it: `Bank Rakyat Indonesia (BRI)`; the code alone for one that is not listed. */
export function bankName(code: string): string {
  const name = bankNames.get(code);
  const short = shortNames.get(code);
  if (name === undefined) return code;
  return short === undefined ? name : `${name} (${short})`;
}

/** All banks, in the order of their names. */
export function banksByName(): { code: string; name: string }[] {
  return [...bankNames.keys()]
    .map((code) => ({ code, name: bankName(code) }))
    .sort((one, other) => one.name.localeCompare(other.name, 'id'));
}

/**
 * How many digits account numbers of a bank have. Banks publish no list: these are the numbers in which the sources agree that
 * were looked at on 1 December 2026 (xcloud.id / Pikiran Rakyat, "Cara mengetahui bank dari nomor rekening"; the data of
 * agraris/nusantara-valid, `src/ts/datas/bank.ts`). Accounts of BTN Syariah, which has the code of BTN, have ten.
 */
const accountDigits: ReadonlyMap<string, readonly number[]> = new Map([
  ['002', [15]],
  ['008', [13]],
  ['009', [10]],
  ['011', [10]],
  ['014', [10]],
  ['147', [10]],
  ['200', [10, 16]],
  ['451', [10]],
  ['536', [10]],
]);

/** What an account number may have at a bank of which nothing is known. */
const anyDigits = { min: 6, max: 20 };

/** Whether a bank can have an account of this number; with its lengths in words, where it cannot. */
export function fitsBank(code: string, number: string): { fits: boolean; digits: string } {
  const known = accountDigits.get(code);
  if (known !== undefined) return { fits: known.includes(number.length), digits: known.join(' / ') };
  const { min, max } = anyDigits;
  return { fits: number.length >= min && number.length <= max, digits: `${min}–${max}` };
}
