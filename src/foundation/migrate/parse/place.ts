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

export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  readonly excerpt: string;
}

/**
 * Places of a text by their offset in bytes, as the parser counts. The lines are looked for once: a file may have thousands
 * of places to show.
 */
export function placesIn(text: string): (byteOffset: number) => Place {
  const bytes = Buffer.from(text);
  const starts = [0];
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) starts.push(at + 1);
  return (byteOffset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= byteOffset) low = middle;
      else high = middle - 1;
    }
    const start = starts[low] ?? 0;
    const stop = low + 1 < starts.length ? (starts[low + 1] ?? 0) - 1 : bytes.length;
    const column = bytes.toString('utf8', start, Math.max(start, byteOffset)).length;
    return { line: low + 1, column: column + 1, excerpt: excerptAt(bytes.toString('utf8', start, stop), column).excerpt };
  };
}
