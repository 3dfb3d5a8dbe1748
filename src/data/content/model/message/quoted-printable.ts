import type { Decoded } from './base64.ts';

/**
 * Everything beside the bytes that a quoted-printable text was made of. Encoders differ in what they escape and
 * where they break lines; both are predicted by rule and only the positions where the text differs are listed.
 */
export interface QuotedPrintableEncoding {
  readonly kind: 'quoted-printable';
  /** Longest line with its soft break. */
  readonly lineLength: number;
  /** Of soft breaks; hard ones are bytes of the content. */
  readonly lineEnding: '\n' | '\r\n';
  readonly isUpperCase: boolean;
  /** Ascending positions of decoded bytes that are escaped against the rule, or not escaped against it. */
  readonly flips: readonly number[];
  /** Ascending positions of decoded bytes with a soft break before them against the rule, or none against it. */
  readonly breaks: readonly number[];
}

const lineFeed = 10;
const carriageReturn = 13;
const equals = 61;
const upperCase = 1;
const lowerCase = 2;
const isEscaped = 1;
const hasBreakBefore = 2;
const upper = Buffer.from('0123456789ABCDEF', 'latin1');
const lower = Buffer.from('0123456789abcdef', 'latin1');
const unlimitedLine = 0xffff_ffff;

/** Decodes leniently: an `=` that begins no escape is kept. Never fails; gives no exact range where lines end in two ways or hex digits in two cases. */
export function decodeQuotedPrintable(text: Buffer): Decoded<QuotedPrintableEncoding> {
  // The line break after a last soft break belongs to the boundary, so the `=` stands alone at the end.
  const end = text.length > 0 && text[text.length - 1] === equals ? text.length - 1 : text.length;
  const { bytes, marks, lineLength, lineEnding, isUpperCase, isRegular } = tokenize(text, end);
  if (!isRegular || bytes.length === 0) return { bytes };
  const flips: number[] = [];
  const breaks: number[] = [];
  let column = 0;
  for (let position = 0; position < bytes.length; position++) {
    const mark = marks[position] as number;
    const escaped = (mark & isEscaped) !== 0;
    const broken = (mark & hasBreakBefore) !== 0;
    if (escaped !== predictEscape(bytes, position)) flips.push(position);
    if (broken !== predictBreak(bytes, position, column, escaped, lineLength)) breaks.push(position);
    column = nextColumn(bytes, position, broken ? 0 : column, escaped);
  }
  // Beyond this the list costs more than the second copy it saves.
  if (flips.length + breaks.length > 64 + bytes.length / 8) return { bytes };
  const encoding = { kind: 'quoted-printable', lineLength, lineEnding, isUpperCase, flips, breaks } as const;
  return { bytes, exact: { start: 0, end, encoding } };
}

export function encodeQuotedPrintable(bytes: Buffer, encoding: QuotedPrintableEncoding): Buffer {
  const { lineLength, lineEnding, flips, breaks } = encoding;
  const digits = encoding.isUpperCase ? upper : lower;
  // Each byte takes three characters at most, and a soft break before it three more.
  const text = Buffer.allocUnsafe(bytes.length * 6);
  let length = 0;
  let column = 0;
  let nextFlip = 0;
  let nextBreak = 0;
  for (let position = 0; position < bytes.length; position++) {
    const byte = bytes[position] as number;
    let escaped = predictEscape(bytes, position);
    if (flips[nextFlip] === position) {
      escaped = !escaped;
      nextFlip++;
    }
    let broken = predictBreak(bytes, position, column, escaped, lineLength);
    if (breaks[nextBreak] === position) {
      broken = !broken;
      nextBreak++;
    }
    if (broken) {
      text[length++] = equals;
      if (lineEnding === '\r\n') text[length++] = carriageReturn;
      text[length++] = lineFeed;
      column = 0;
    }
    if (escaped) {
      text[length++] = equals;
      text[length++] = digits[byte >> 4] as number;
      text[length++] = digits[byte & 15] as number;
    } else {
      text[length++] = byte;
    }
    column = nextColumn(bytes, position, column, escaped);
  }
  return Buffer.from(text.subarray(0, length));
}

interface Tokens {
  readonly bytes: Buffer;
  /** Per decoded byte: whether it was escaped, whether a soft break stood before it. */
  readonly marks: Uint8Array;
  readonly lineLength: number;
  readonly lineEnding: '\n' | '\r\n';
  readonly isUpperCase: boolean;
  readonly isRegular: boolean;
}

function tokenize(text: Buffer, end: number): Tokens {
  const bytes = Buffer.allocUnsafe(end);
  const marks = new Uint8Array(end);
  let length = 0;
  let lineStart = 0;
  let longest = 0;
  let lineEnding: Tokens['lineEnding'] | undefined;
  let letterCases = 0;
  let isRegular = true;
  let pendingBreak = 0;
  let position = 0;
  while (position < end) {
    const byte = text[position] as number;
    const breakLength = byte === equals ? softBreakLength(text, position, end) : 0;
    if (breakLength > 0) {
      const ending = breakLength === 3 ? '\r\n' : '\n';
      lineEnding ??= ending;
      if (lineEnding !== ending || pendingBreak !== 0) isRegular = false;
      longest = Math.max(longest, position + 1 - lineStart);
      position += breakLength;
      lineStart = position;
      pendingBreak = hasBreakBefore;
      continue;
    }
    const value = byte === equals && position + 2 < end ? hexPair(text, position + 1) : -1;
    if (value >= 0) {
      letterCases |= caseOf(text[position + 1] as number) | caseOf(text[position + 2] as number);
      bytes[length] = value;
      marks[length++] = isEscaped | pendingBreak;
      position += 3;
    } else {
      bytes[length] = byte;
      marks[length++] = pendingBreak;
      position++;
      if (byte === lineFeed) lineStart = position;
    }
    pendingBreak = 0;
  }
  // A soft break with nothing after it has no byte to stand before.
  if (pendingBreak !== 0 || letterCases === (upperCase | lowerCase)) isRegular = false;
  // Without a soft break no rule about length can be read from the text, so none is assumed.
  const lineLength = longest || unlimitedLine;
  return {
    bytes: bytes.subarray(0, length),
    marks,
    lineLength,
    lineEnding: lineEnding ?? '\n',
    isUpperCase: letterCases !== lowerCase,
    isRegular,
  };
}

function softBreakLength(text: Buffer, position: number, end: number): 0 | 2 | 3 {
  if (position + 1 < end && text[position + 1] === lineFeed) return 2;
  return position + 2 < end && text[position + 1] === carriageReturn && text[position + 2] === lineFeed ? 3 : 0;
}

function predictEscape(bytes: Buffer, position: number): boolean {
  const byte = bytes[position] as number;
  if (byte > 126 || byte === equals) return true;
  if (byte > 32) return false;
  if (byte === lineFeed || (byte === carriageReturn && bytes[position + 1] === lineFeed)) return false;
  return byte === 32 || byte === 9 ? isLineEnd(bytes, position + 1) : true;
}

function predictBreak(bytes: Buffer, position: number, column: number, escaped: boolean, lineLength: number): boolean {
  const width = escaped ? 3 : 1;
  if (column + width < lineLength) return false;
  if (!escaped && isLineEnd(bytes, position)) return false;
  // The last character of a line may stand where the `=` of a soft break would.
  return column + width > lineLength || !isLineEnd(bytes, position + 1);
}

function nextColumn(bytes: Buffer, position: number, column: number, escaped: boolean): number {
  if (escaped) return column + 3;
  return bytes[position] === lineFeed ? 0 : column + 1;
}

function isLineEnd(bytes: Buffer, position: number): boolean {
  const byte = bytes[position];
  return byte === undefined || byte === lineFeed || (byte === carriageReturn && bytes[position + 1] === lineFeed);
}

function hexPair(text: Buffer, position: number): number {
  const high = hexDigit(text[position] as number);
  const low = hexDigit(text[position + 1] as number);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

function caseOf(digit: number): number {
  if (digit <= 57) return 0;
  return digit < 97 ? upperCase : lowerCase;
}
