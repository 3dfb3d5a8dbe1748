/** What kind of characters a value has: counted once, so that most recognisers can say no without reading it again. */
export interface Shape {
  readonly length: number;
  readonly digits: number;
  readonly upper: number;
  readonly lower: number;
  readonly spaces: number;
  /** Everything that is no ASCII letter, digit or space. */
  readonly signs: number;
  /** Characters beyond ASCII, among the signs. */
  readonly foreign: number;
  readonly hasAt: boolean;
  readonly hasDot: boolean;
  readonly hasColon: boolean;
}

/** Counts the characters of a value. */
export function shapeOf(value: string): Shape {
  let digits = 0;
  let upper = 0;
  let lower = 0;
  let spaces = 0;
  let foreign = 0;
  let hasAt = false;
  let hasDot = false;
  let hasColon = false;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code >= 48 && code <= 57) digits++;
    else if (code >= 97 && code <= 122) lower++;
    else if (code >= 65 && code <= 90) upper++;
    else if (code === 32) spaces++;
    else if (code === 64) hasAt = true;
    else if (code === 46) hasDot = true;
    else if (code === 58) hasColon = true;
    else if (code > 127) foreign++;
  }
  const signs = value.length - digits - upper - lower - spaces;
  return { length: value.length, digits, upper, lower, spaces, signs, foreign, hasAt, hasDot, hasColon };
}

/** Shannon entropy in bits per UTF-16 unit. */
export function entropyOf(value: string): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
