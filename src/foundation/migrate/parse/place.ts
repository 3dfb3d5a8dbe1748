/**
 * UTF-16 offset of the n-th character from 0. PostgreSQL's parser and server count code points.
 */
export function offsetOfCharacter(text: string, character: number): number {
  let offset = 0;
  for (let n = 0; n < character && offset < text.length; n++) offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  return offset;
}

/** The line of an offset, from 1, and that line with a caret under the place; long lines are cut around it. */
export function excerptAt(text: string, offset: number): { readonly line: number; readonly excerpt: string } {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  const from = Math.max(start, offset - 80);
  const shown = text.slice(from, Math.min(end < 0 ? text.length : end, from + 160)).replaceAll('\t', ' ');
  const line = text.slice(0, start).split('\n').length;
  return { line, excerpt: `  ${shown}\n  ${' '.repeat(Array.from(text.slice(from, offset)).length)}^` };
}
