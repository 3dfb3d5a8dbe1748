/**
 * A value as an example for people: how it is built, not what it says. Of each word the first letter stays, of numbers nothing, of an
 * address its top-level domain: `j***@e***.com`, `J*** M***`, `+*** *** ***`.
 */
export function maskExample(value: string): string {
  const text = value.length > 40 ? `${value.slice(0, 40)}…` : value;
  const topLevel = /@.*(\.[a-z]{2,24})$/i.exec(text)?.[1] ?? '';
  const body = text.slice(0, text.length - topLevel.length);
  return (
    body.replace(/[\p{L}\p{N}]+/gu, (word) => (/^\p{L}/u.test(word) && !/\p{N}/u.test(word) ? `${[...word][0]}***` : '***')) + topLevel
  );
}
