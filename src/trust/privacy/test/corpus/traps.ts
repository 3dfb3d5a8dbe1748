import validator from 'validator';
import type { ValueClass } from '../../model/types.ts';
import type { Random } from './random.ts';

/** A column that is none of the kinds, and what it is likely to be taken for. */
export interface Trap {
  readonly column: string;
  readonly table?: string;
  readonly holds?: ValueClass;
  readonly like: string;
  draw(r: Random, row: number): string;
}

const hex = '0123456789abcdef';
const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const pad = (n: number, length = 2) => String(n).padStart(length, '0');
const words = 'harbour winter signal copper ledger meadow orbit basket timber canvas anchor pebble lantern thicket quarry ripple'.split(
  ' ',
);
const capital = (word: string) => word[0]?.toUpperCase() + word.slice(1);

export const traps: readonly Trap[] = [
  {
    column: 'order_number',
    like: 'cards',
    draw: (r) =>
      r.until(
        () => `4${r.form('###############')}`,
        (value) => !validator.isLuhnNumber(value),
      ),
  },
  { column: 'reference', like: 'cards by chance', draw: (r) => r.form('################') },
  {
    column: 'reference',
    like: 'cards with dashes',
    draw: (r) =>
      r.until(
        () => r.form('####-####-####-####'),
        (value) => !validator.isLuhnNumber(value.replaceAll('-', '')),
      ),
  },
  { column: 'seen', like: 'phone numbers', draw: (r) => String(1_700_000_000 + r.between(0, 50_000_000)) },
  { column: 'seen_ms', holds: 'number', like: 'phone numbers', draw: (r) => String(1_700_000_000_000 + r.between(0, 9_999_999_999)) },
  {
    column: 'stamp',
    like: 'phone numbers',
    draw: (r) => `2024${pad(r.between(1, 12))}${pad(r.between(1, 28))}${pad(r.between(0, 23))}${pad(r.between(0, 59))}`,
  },
  { column: 'release', like: 'IP addresses', draw: (r) => `${r.between(0, 9)}.${r.between(0, 20)}.${r.between(0, 20)}.${r.between(0, 9)}` },
  { column: 'release', like: 'IP addresses', draw: (r) => `${r.between(1, 20)}.${r.between(0, 20)}.${r.between(0, 400)}` },
  { column: 'external', like: 'secrets', draw: (r) => [8, 4, 4, 4, 12].map((n) => r.text(n, hex)).join('-') },
  { column: 'digest', like: 'secrets', draw: (r) => r.text(64, hex) },
  { column: 'etag', like: 'secrets', draw: (r) => r.text(32, hex) },
  { column: 'commit', like: 'secrets', draw: (r) => r.text(40, hex) },
  { column: 'object_key', like: 'keys', draw: (r) => `${r.of(words)}/${r.text(22, base64.replace('/', '').replace('+', ''))}` },
  { column: 'primary_key', like: 'keys', draw: (_, row) => String(row) },
  { column: 'key', table: 'settings', like: 'keys', draw: (r) => `${r.of(words)}.${r.of(words)}` },
  {
    column: 'token',
    table: 'words',
    like: 'credentials',
    draw: (r) => r.of(['a', 'of', 'in', 'to', 'the', 'and', 'is', 'it', 'on', 'as']),
  },
  { column: 'monkey', like: 'keys', draw: (r) => r.of(['howler', 'spider', 'capuchin', 'macaque', 'tamarin', 'baboon']) },
  { column: 'message_id', table: 'messages', like: 'e-mail addresses', draw: (r) => `${r.text(12, hex)}.${r.between(1, 99)}@mail.example` },
  { column: 'package', like: 'e-mail addresses', draw: (r) => `@${r.of(words)}/${r.of(words)}` },
  { column: 'remote', like: 'e-mail addresses', draw: (r) => `git@host.example:${r.of(words)}/${r.of(words)}` },
  { column: 'principal', like: 'e-mail addresses', draw: (r) => `${r.of(words)}@${r.of(words)}` },
  { column: 'product', like: 'names of people', draw: (r) => `${capital(r.of(words))} ${capital(r.of(words))}` },
  {
    column: 'city',
    like: 'names of people',
    draw: (r) =>
      r.of(
        'Berlin London Paris Madrid Lisbon Vienna Zurich Oslo Dublin Prague Warsaw Athens Rome Milan Austin Houston Denver Phoenix'.split(
          ' ',
        ),
      ),
  },
  {
    column: 'month',
    like: 'names of people',
    draw: (r) => r.of('January February March April May June July August September October November December'.split(' ')),
  },
  {
    column: 'shade',
    like: 'names of people',
    draw: (r) => r.of('Red Blue Green Amber Violet Ivory Coral Olive Teal Rose Hazel Ruby'.split(' ')),
  },
  { column: 'weekday', like: 'names of people', draw: (r) => r.of('Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ')) },
  { column: 'headline', like: 'names of people', draw: (r) => `${capital(r.of(words))} and ${r.of(words)}` },
  {
    column: 'ean',
    like: 'identity numbers',
    draw: (r) =>
      r.until(
        () => r.form('40###########').slice(0, 13),
        (value) => validator.isEAN(value),
      ),
  },
  {
    column: 'isbn',
    like: 'identity numbers',
    draw: (r) =>
      r.until(
        () => `978${r.form('##########')}`,
        (value) => validator.isISBN(value, 13),
      ),
  },
  { column: 'serial', holds: 'number', like: 'identity numbers', draw: (_, row) => String(500_000_000 + row * 7) },
  { column: 'number', table: 'articles', like: 'identity numbers', draw: (r) => r.form('#########') },
  { column: 'number', table: 'articles', like: 'identity numbers', draw: (r) => r.form('##########') },
  { column: 'number', table: 'articles', like: 'identity numbers', draw: (r) => r.form('###########') },
  { column: 'padded', like: 'phone numbers', draw: (_, row) => pad(row * 37, 10) },
  { column: 'invoice', like: 'passports', draw: (_, row) => `INV-2024-${pad(row, 6)}` },
  { column: 'sku', like: 'passports', draw: (r) => r.form('@@@-####-##') },
  { column: 'batch', like: 'passports', draw: (r) => r.form('AB#######') },
  { column: 'shipped', holds: 'date', like: 'dates of birth', draw: (r) => `2024-${pad(r.between(1, 12))}-${pad(r.between(1, 28))}` },
  {
    column: 'founded',
    table: 'companies',
    holds: 'date',
    like: 'dates of birth',
    draw: (r) => `${r.between(1900, 2015)}-${pad(r.between(1, 12))}-${pad(r.between(1, 28))}`,
  },
  { column: 'opens', like: 'IP addresses', draw: (r) => `${pad(r.between(0, 23))}:${pad(r.between(0, 59))}:${pad(r.between(0, 59))}` },
  { column: 'price', holds: 'number', like: 'phone numbers', draw: (r) => `${r.between(1, 9999)}.${pad(r.between(0, 99))}` },
  { column: 'colour', like: 'secrets', draw: (r) => `#${r.text(6, hex)}` },
  { column: 'path', like: 'addresses', draw: (r) => `/var/${r.of(words)}/${r.between(1, 99)}/${r.of(words)}.log` },
  { column: 'link', like: 'addresses', draw: (r) => `https://www.example.com/${r.of(words)}/${r.between(1, 9999)}` },
  { column: 'size', like: 'addresses', draw: (r) => `${r.between(1, 90)} ${r.of(['cm', 'kg', 'litres', 'pieces'])}` },
  {
    column: 'body',
    like: 'texts',
    draw: (r) =>
      `The ${r.of(words)} near the ${r.of(words)} was closed for ${r.between(2, 30)} days because the ${r.of(words)} had to be repaired`,
  },
  {
    column: 'log',
    like: 'texts',
    draw: (r) =>
      `worker ${r.between(1, 64)} finished job ${r.between(1_000_000, 9_999_999)} in ${r.between(1, 900)} ms with exit code 0 and no warnings`,
  },
  {
    column: 'orders',
    like: 'cards in texts',
    draw: (r) =>
      `replaces order ${r.until(
        () => r.form('4###############'),
        (value) => !validator.isLuhnNumber(value),
      )} from the old shop system`,
  },
  {
    column: 'meta',
    holds: 'json',
    like: 'keys of JSON',
    draw: (r) =>
      JSON.stringify({
        key_count: r.between(1, 9),
        email_verified: 'true',
        version: `1.${r.between(0, 9)}.0`,
        primary_key: String(r.between(1, 999)),
      }),
  },
  { column: 'status', like: 'names', draw: (r) => r.of(['open', 'closed', 'pending', 'Open', 'Cancelled']) },
  { column: 'locale', like: 'names', draw: (r) => r.of(['en-GB', 'de-DE', 'fr-FR', 'es-ES', 'pt-BR']) },
  { column: 'email_verified', like: 'e-mail addresses', draw: (r) => r.of(['yes', 'no']) },
  { column: 'username_changed', like: 'login names', draw: (r) => `2024-${pad(r.between(1, 12))}-${pad(r.between(1, 28))} 10:00:00` },
  { column: 'tracking', like: 'phone numbers', draw: (r) => r.form('1Z###@##########') },
  { column: 'coordinates_hash', like: 'secrets', draw: (r) => r.text(11, 'bcdefghjkmnpqrstuvwxyz0123456789') },
  { column: 'schedule', like: 'IP addresses', draw: (r) => `${r.between(0, 59)} ${r.between(0, 23)} * * ${r.between(0, 6)}` },
  { column: 'host', like: 'e-mail addresses', draw: (r) => `${r.of(words)}-${r.between(1, 40)}.internal.example` },
  { column: 'blob', like: 'secrets', draw: (r) => r.text(60, base64) },
];
