/**
 * Whether an account is in the name of the group, by the name as a bank writes it: in capitals, without accents and
 * punctuation, words run together, shortened or misspelt by a letter, and cut off where the bank's field ends.
 */

/** Words that many groups have in common, and their usual abbreviations: they distinguish no group from another. */
const common: ReadonlySet<string> = new Set([
  ...['kelompok', 'kel', 'klp', 'klpk', 'usaha', 'bersama', 'kube', 'kub', 'pokmas', 'masyarakat'],
  ...['tenaga', 'kerja', 'mandiri', 'tkm', 'padat', 'karya', 'program', 'bantuan'],
]);

/** Banks' fields for a name are rarely shorter; a shorter beginning identifies no one. */
const shortestCut = 10;

/** What abbreviations stand for; the rest of the name is compared as it is. */
const spelledOut: Readonly<Record<string, readonly string[]>> = {
  kel: ['kelompok'],
  klp: ['kelompok'],
  klpk: ['kelompok'],
  kub: ['kelompok', 'usaha', 'bersama'],
  kube: ['kelompok', 'usaha', 'bersama'],
  pokmas: ['kelompok', 'masyarakat'],
  tkm: ['tenaga', 'kerja', 'mandiri'],
};

/**
 * How near a holder's name is to the group's: `same` letter by letter, but for capitals, accents, punctuation, blanks and usual
 * abbreviations; `near` where a person must look (a letter wrong, words in another order, cut off, another or no `Kelompok`
 * before it, words more); `other` where it does not name the group.
 */
export function holderMatch(holder: string, group: string): 'same' | 'near' | 'other' {
  const whole = (name: string) =>
    wordsOf(name)
      .flatMap((word) => spelledOut[word] ?? [word])
      .join('');
  if (whole(holder) === whole(group)) return wordsOf(holder).length === 0 ? 'other' : 'same';
  return namesGroup(holder, group) ? 'near' : 'other';
}

/** @param holder as the bank has it @param group as the group calls itself */
export function namesGroup(holder: string, group: string): boolean {
  const [ofHolder, ofGroup] = [wordsOf(holder), wordsOf(group)];
  const wanted = ofGroup.some((word) => !common.has(word))
    ? ofGroup.filter((word) => !common.has(word))
    : ofGroup;
  const [whole, name, sought] = [ofHolder.join(''), ofGroup.join(''), wanted.join('')];
  if (sought === '' || whole === '') return false;
  if (whole.includes(sought)) return true;
  if (isCut(whole, name) || isCut(ofHolder.filter((word) => !common.has(word)).join(''), sought)) return true;
  return wanted.every((word) => ofHolder.some((other) => isWrittenAs(other, word)));
}

function wordsOf(name: string): string[] {
  return (
    name
      .normalize('NFKD')
      .replaceAll(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

function isCut(short: string, long: string): boolean {
  return short.length >= shortestCut && long.startsWith(short);
}

/** Numbers are the same or not; words may be shortened to their beginning, or have one letter wrong. */
function isWrittenAs(word: string, wanted: string): boolean {
  if (word === wanted) return true;
  if (/\d/.test(wanted)) return false;
  if (word.length >= 3 && wanted.startsWith(word)) return true;
  return wanted.length >= 4 && (differsByOne(word, wanted) || isSwapped(word, wanted));
}

/** Whether two letters next to each other are transposed. */
function isSwapped(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  const at = [...one].findIndex((letter, index) => letter !== other[index]);
  const [first, second] = [one[at], one[at + 1]];
  return second !== undefined && one.slice(0, at) + second + first + one.slice(at + 2) === other;
}

/** Whether one letter is put in, left out, or put for another. */
function differsByOne(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  const rest = long.slice(at + 1);
  return rest === short.slice(at + (short.length === long.length ? 1 : 0));
}
