// NUL is no character of PostgreSQL, and half of a surrogate pair is no character at all: either makes jsonb refuse the whole statement.
const isRefused = /\\u0000|\\ud[89a-f]/i;

const kept = (text: string) => text.toWellFormed().replaceAll('\0', '');

/** A value as JSON that PostgreSQL takes; undefined where there is nothing to say, or no JSON for it (functions, circles, bigint). */
export function jsonText(value: unknown): string | undefined {
  try {
    const text = JSON.stringify(value);
    if (text === undefined || !isRefused.test(text)) return text;
    const clean = (given: unknown): unknown => {
      if (typeof given === 'string') return kept(given);
      if (Array.isArray(given)) return given.map(clean);
      if (given === null || typeof given !== 'object') return given;
      return Object.fromEntries(Object.entries(given).map(([key, inner]) => [kept(key), clean(inner)]));
    };
    return JSON.stringify(clean(JSON.parse(text)));
  } catch {
    return undefined;
  }
}

/** Text that PostgreSQL takes, at most `length` long. */
export const plainText = (text: string, length: number): string => kept(text.length > length ? `${text.slice(0, length - 1)}…` : text);
