import { type Address, addressParser, decodeWords } from 'postal-mime';
import { decodeText, storable } from './text.ts';

/** The fields of a header by lower-case name, unfolded, in their order; raw eight-bit bytes decoded. */
export type Header = ReadonlyMap<string, readonly string[]>;

/** Bytes of a message that are looked at for its header. */
export const longestHeader = 256 * 1024;

/** The header of a raw message, or undefined when it does not begin with one. */
export function readHeader(raw: Buffer): Header | undefined {
  const fields = new Map<string, string[]>();
  let name: string | undefined;
  let value = '';
  const keep = () => {
    if (name === undefined) return;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: eight-bit characters stand for bytes here
    const text = /[^\x00-\x7f]/.test(value) ? decodeText(Buffer.from(value, 'latin1')) : value;
    const values = fields.get(name);
    if (values) values.push(text.trim());
    else fields.set(name, [text.trim()]);
  };
  for (const line of headerLines(raw)) {
    if (line.startsWith(' ') || line.startsWith('\t')) {
      value += ` ${line.trimStart()}`;
      continue;
    }
    const colon = /^([!-9;-~]+)[ \t]*:/.exec(line);
    // A line that is neither field nor continuation (an mbox `>From `, a broken relay) ends the field before it.
    keep();
    name = colon?.[1]?.toLowerCase();
    value = colon ? line.slice(colon[0].length) : '';
  }
  keep();
  return fields.size > 0 ? fields : undefined;
}

function* headerLines(raw: Buffer): Generator<string> {
  const limit = Math.min(raw.length, longestHeader);
  for (let at = 0; at < limit; ) {
    const found = raw.indexOf(10, at);
    const end = found < 0 || found > limit ? limit : found;
    const line = raw.toString('latin1', at, end > at && raw[end - 1] === 13 ? end - 1 : end);
    if (line === '') return;
    yield line;
    at = end + 1;
  }
}

/** The first value of a field as text with encoded words decoded; empty when it is absent. */
export function textField(header: Header, name: string): string {
  const value = header.get(name)?.[0] ?? '';
  return storable(value.includes('=?') ? decodeWords(value) : value);
}

export interface MailboxAddress {
  readonly name: string;
  readonly address: string;
}

/** All mailboxes of an address field, groups opened. Entries without an address are left out. */
export function addressField(header: Header, name: string): MailboxAddress[] {
  const flat = (entries: readonly Address[]): MailboxAddress[] =>
    entries.flatMap((entry) =>
      entry.group ? flat(entry.group) : [{ name: storable(decodeWords(entry.name)).trim(), address: storable(entry.address ?? '').trim() }],
    );
  return (header.get(name) ?? []).flatMap((value) => flat(addressParser(value))).filter((entry) => entry.address !== '');
}

/** Message-IDs of a field, without their angle brackets, each once, in their order. */
export function idField(header: Header, name: string): string[] {
  const ids = (header.get(name) ?? []).flatMap((value) =>
    [...value.matchAll(/<([^<>]+)>/g)].map((match) => match[1]?.replace(/\s+/g, '') ?? ''),
  );
  return [...new Set(ids.filter((id) => id !== '').map(storable))];
}
