/** Bounds of a password; the same in all environments. */
export const policy = {
  leastPersonLength: 16,
  leastServiceBytes: 32,
  /** So many of the latest must not come back. */
  kept: 5,
} as const;

export interface Candidate {
  readonly role: string;
  readonly kind: 'person' | 'service';
  readonly password: string;
}

/** Why a password is refused, each reason a clause; empty when it is good. Re-use is judged where the history is. */
export function objections({ role, kind, password }: Candidate, common: ReadonlySet<string>): string[] {
  const reasons: string[] = [];
  // Beyond it SASLprep would change characters, and client and server might not agree.
  if (!/^[!-~ ]*$/.test(password)) reasons.push('it has characters beyond printable ASCII');
  if (kind === 'person') {
    if (password.length < policy.leastPersonLength)
      reasons.push(`it has ${password.length} characters of at least ${policy.leastPersonLength}`);
    if (isMadeOf(password, common)) reasons.push('it is put together from common passwords');
  } else if (bitsAtMost(password) < policy.leastServiceBytes * 8 || new Set(password).size < leastDifferent || isMadeOf(password, common)) {
    reasons.push(`a service needs ${policy.leastServiceBytes} random bytes, which this cannot be; leave it out and they are made`);
  }
  if (plainOf(password).includes(plainOf(role)) && plainOf(role).length > 3) reasons.push('it contains the name of the login');
  return reasons;
}

// Of 43 random characters of base64 fewer than 16 different ones are as good as impossible.
const leastDifferent = 12;

/** What as many random characters of the usual writing of bytes carry: digits, hexadecimal, base 32, base 64. */
function bitsAtMost(password: string): number {
  const alphabets: readonly (readonly [RegExp, number])[] = [
    [/^\d*$/, Math.log2(10)],
    [/^[\da-f]*$/i, 4],
    [/^[\da-z]*$/, 5],
  ];
  return password.length * (alphabets.find(([pattern]) => pattern.test(password))?.[1] ?? 6);
}

const looks: Readonly<Record<string, string>> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' };
const plainOf = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
const isWordCharacter = (character: string) => /[a-z0-9]/.test(character);

/**
 * Whether nothing is left of a password when common ones, runs like `1234` or `zzzz`, and punctuation are taken out of it,
 * also where digits stand for letters. At most four pieces: a long sentence of ordinary words is a good password.
 */
export function isMadeOf(password: string, common: ReadonlySet<string>): boolean {
  const longest = Math.max(0, ...[...common].map((word) => word.length));
  const raw = [...password.toLowerCase()].filter((character) => isWordCharacter(character) || character in looks);
  const read = raw.map((character) => looks[character] ?? character);
  const text = raw.join('');
  const letters = read.join('');
  // fewest[i]: the least number of pieces that make up the first i characters.
  const fewest: number[] = [0];
  for (let end = 1; end <= raw.length; end++) {
    let best = isWordCharacter(raw[end - 1] ?? '') ? Number.POSITIVE_INFINITY : (fewest[end - 1] ?? Number.POSITIVE_INFINITY);
    for (let start = 0; start <= end - 3; start++) {
      const pieces = (fewest[start] ?? Number.POSITIVE_INFINITY) + 1;
      if (pieces >= best) continue;
      const isShort = end - start <= longest;
      const isWord = isShort && (common.has(text.slice(start, end)) || common.has(letters.slice(start, end)));
      if (isWord || isRun(text.slice(start, end))) best = pieces;
    }
    fewest.push(best);
  }
  return (fewest[raw.length] ?? Number.POSITIVE_INFINITY) <= mostPieces;
}

const mostPieces = 4;

/** `aaaa`, `1234`, `fedc`: each character follows the one before by the same step, 0 after 9 as well; or a year. */
function isRun(text: string): boolean {
  if (/^(19|20)\d\d$/.test(text)) return true;
  const steps = [...text]
    .slice(1)
    .map((character, i) => (text[i] === '9' && character === '0' ? 1 : character.charCodeAt(0) - text.charCodeAt(i)));
  const [step = 0] = steps;
  return Math.abs(step) <= 1 && steps.every((other) => other === step);
}
