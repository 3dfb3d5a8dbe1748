import validator from 'validator';
import type { Category } from '../../model/categories.ts';
import type { Random } from './random.ts';

// Reserved domains, documentation networks, numbers for tests and for film. Identity numbers are drawn at random and kept when another
// library finds their check right, so that ours is not its own judge.

const given =
  'Emma Liam Noah Olivia Ava Sofia Mia Lucas Jonas Lena Lea Paul Anna Marie Jean Pierre Camille Chloé José María Carlos Ana Ingrid Sven Björn Agnieszka Piotr Fatima Omar Yuki Priya Arjun Oluwaseun Siobhan Thandiwe Bjarne Ximena Wiremu Eilidh Joaquim'.split(
    ' ',
  );
const family =
  'Smith Jones Taylor Brown Müller Schmidt Weber Fischer Martin Bernard Dubois García Fernández López Rossi Bianchi Kowalski Nowak Hansen Nielsen Virtanen Nguyen Tanaka Sato Okafor Singh Khan Haddad Abara Quillfeather Ostrander Vandermolen Blackwood Ashdown'.split(
    ' ',
  );
const roads = ['Maple', 'High', 'Station', 'Victoria', 'Mill', 'Church', 'Park', 'Linden', 'Garten', 'Haupt', 'Schul', 'Berg'];
const domains = ['example.com', 'example.org', 'example.net', 'mail.example', 'corp.example', 'sub.example.co.uk'];
const ascii = (name: string) =>
  name
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase();
const pad = (n: number, length = 2) => String(n).padStart(length, '0');
const base62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const base64Url = `${base62}-_`;
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

const personName = (r: Random) => `${r.of(given)} ${r.of(family)}`;
const emailAddress = (r: Random) =>
  `${ascii(r.of(given))}${r.of(['.', '_', ''])}${ascii(r.of(family))}${r.of(['', String(r.between(1, 99))])}@${r.of(domains)}`;
const street = (r: Random) =>
  r.of([
    `${r.between(1, 999)} ${r.of(roads)} ${r.of(['Street', 'Avenue', 'Road', 'Lane', 'St.', 'Drive', 'Blvd'])}`,
    `${r.of(roads)}straße ${r.between(1, 150)}`,
    `${r.of(roads)}weg ${r.between(1, 90)}${r.of(['', 'a', ' b'])}`,
    `${r.between(1, 120)} rue de la ${r.of(roads)}`,
    `Calle ${r.of(roads)}, ${r.between(1, 120)}`,
    `PO Box ${r.between(100, 9999)}`,
  ]);
const birthDate = (r: Random) => `${r.between(1935, 2006)}-${pad(r.between(1, 12))}-${pad(r.between(1, 28))}`;
const identity = (r: Random, locale: string, draw: () => string) =>
  r.until(draw, (value) => validator.isIdentityCard(value, locale as 'ES'));
const tax = (r: Random, locale: string, draw: () => string) => r.until(draw, (value) => validator.isTaxID(value, locale));

function ibanOf(r: Random): string {
  const [country, body] = r.of([
    ['DE', r.form('##################')],
    ['GB', r.form('TEST##############')],
    ['NL', r.form('TEST##########')],
    ['FR', r.form('#######################')],
    ['BE', r.form('############')],
  ]) as [string, string];
  const digits = Array.from(`${body}${country}00`, (character) => Number.parseInt(character, 36)).join('');
  const iban = `${country}${pad(98 - Number(BigInt(digits) % 97n))}${body}`;
  return r.of([iban, iban.replace(/(.{4})(?=.)/g, '$1 ')]);
}

function cardOf(r: Random): string {
  const [start, length] = r.of([
    ['424242', 16],
    ['400005', 16],
    ['555555', 16],
    ['222300', 16],
    ['378282', 15],
    ['601111', 16],
    ['353011', 16],
  ]) as [string, number];
  const number = r.until(
    () => start + r.form('#'.repeat(length - start.length)),
    (value) => validator.isLuhnNumber(value),
  );
  return length === 16 ? r.of([number, number.replace(/(\d{4})(?=\d)/g, '$1 '), number.replace(/(\d{4})(?=\d)/g, '$1-')]) : number;
}

export interface Kind {
  readonly label: Category;
  /** Names that agree with it; the first column of each kind has a name that says nothing. */
  readonly names: readonly string[];
  /** `true`: nothing but a name makes it what it is. */
  readonly needsName?: boolean;
  draw(r: Random): string;
}

/** Kinds of personal and secret values. */
export const kinds: readonly Kind[] = [
  { label: 'email', names: ['email', 'contact_mail', 'address'], draw: emailAddress },
  { label: 'email', names: ['reply_to'], draw: (r) => `${personName(r)} <${emailAddress(r)}>` },
  {
    label: 'phone',
    names: ['phone', 'telefon'],
    draw: (r) => r.form(r.of(['+1 202 555 01##', '+44 20 7946 0###', '+49 30 23125 ###', '+33 1 99 00 ## ##'])),
  },
  { label: 'phone', names: ['mobile', 'contact'], draw: (r) => r.form(r.of(['(202) 555-01##', '(415) 555-01##', '(312) 555-01##'])) },
  { label: 'phone', names: ['tel'], draw: (r) => r.form(r.of(['020 7946 0###', '0161 496 0###', '030 23125 ###', '01 99 00 ## ##'])) },
  { label: 'phone', names: ['phone', 'cell_number'], needsName: true, draw: (r) => r.form(r.of(['202555####', '415555####'])) },
  { label: 'bank-account', names: ['iban', 'account'], draw: ibanOf },
  { label: 'payment-card', names: ['card_number', 'payment'], draw: cardOf },
  {
    label: 'national-id',
    names: ['ssn', 'tax_ref'],
    draw: (r) => `${pad(r.between(1, 665), 3)}-${pad(r.between(1, 99))}-${pad(r.between(1, 9999), 4)}`,
  },
  {
    label: 'national-id',
    names: ['ssn'],
    needsName: true,
    draw: (r) => `${pad(r.between(1, 665), 3)}${pad(r.between(1, 99))}${pad(r.between(1, 9999), 4)}`,
  },
  { label: 'national-id', names: ['dni'], draw: (r) => identity(r, 'ES', () => r.form('########@')) },
  {
    label: 'national-id',
    names: ['hetu'],
    draw: (r) =>
      identity(
        r,
        'FI',
        () => `${pad(r.between(1, 28))}${pad(r.between(1, 12))}${r.form('##-###')}${r.text(1, '0123456789ABCDEFHJKLMNPRSTUVWXY')}`,
      ),
  },
  {
    label: 'national-id',
    names: ['pesel'],
    draw: (r) => identity(r, 'PL', () => `${r.form('##')}${pad(r.between(1, 12))}${pad(r.between(1, 28))}${r.form('#####')}`),
  },
  {
    label: 'national-id',
    names: ['fnr'],
    draw: (r) => identity(r, 'NO', () => `${pad(r.between(1, 28))}${pad(r.between(1, 12))}${r.form('#######')}`),
  },
  {
    label: 'national-id',
    names: ['resident_id'],
    draw: (r) =>
      identity(r, 'zh-CN', () => `110105${r.between(1940, 2005)}${pad(r.between(1, 12))}${pad(r.between(1, 28))}${r.form('####')}`),
  },
  { label: 'national-id', names: ['aadhaar'], draw: (r) => identity(r, 'IN', () => `${r.between(2, 9)}${r.form('### #### ####')}`) },
  { label: 'national-id', names: ['bsn'], draw: (r) => tax(r, 'nl-NL', () => r.form('#########')) },
  { label: 'national-id', names: ['cpf'], draw: (r) => tax(r, 'pt-BR', () => r.form('###########')) },
  {
    label: 'national-id',
    names: ['rijksregisternummer'],
    draw: (r) => tax(r, 'nl-BE', () => `${r.between(40, 99)}${pad(r.between(1, 12))}${pad(r.between(1, 28))}${r.form('#####')}`),
  },
  { label: 'national-id', names: ['nino'], draw: (r) => r.form(r.of(['AB######C', 'JK######A', 'PR######D'])) },
  {
    label: 'ip-address',
    names: ['ip', 'source'],
    draw: (r) => r.form(`${r.of(['192.0.2', '198.51.100', '203.0.113'])}.${r.between(30, 254)}`),
  },
  { label: 'ip-address', names: ['client'], draw: (r) => `2001:db8:${r.text(4, '0123456789abcdef')}::${r.text(3, '123456789abcdef')}` },
  { label: 'device', names: ['mac', 'hw'], draw: (r) => Array.from({ length: 6 }, () => r.text(2, '0123456789abcdef')).join(':') },
  {
    label: 'device',
    names: ['agent'],
    draw: (r) =>
      `Mozilla/5.0 (X11; Linux x86_64; rv:${r.between(90, 140)}.0) Gecko/20100101 Firefox/${r.between(90, 140)}.${r.between(0, 9)}`,
  },
  { label: 'birth-date', names: ['date_of_birth', 'dob'], needsName: true, draw: birthDate },
  { label: 'passport', names: ['passport_number'], needsName: true, draw: (r) => r.form(r.of(['@########', 'C########', '@@#######'])) },
  {
    label: 'credential',
    names: ['token', 'data'],
    draw: (r) => `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ sub: r.between(1, 9999) })}.${r.text(43, base64Url)}`,
  },
  { label: 'credential', names: ['pem'], draw: (r) => ['-----BEGIN', 'PRIVATE', `KEY-----\n${r.text(64, `${base62}+/`)}`].join(' ') },
  { label: 'credential', names: ['api_key', 'config'], draw: (r) => r.of(['sk', 'rk']) + r.of(['_live_', '_test_']) + r.text(24, base62) },
  { label: 'credential', names: ['hook'], draw: (r) => ['gh', 'p_', r.text(36, base62)].join('') },
  { label: 'credential', names: ['login_data'], draw: (r) => `$2b$12$${r.text(53, `${base62}./`)}` },
  { label: 'credential', names: ['url'], draw: (r) => `postgres://app:${r.text(12, base62)}@db.example:5432/shop` },
  { label: 'credential', names: ['secret', 'storage_secret', 'key'], needsName: true, draw: (r) => r.text(40, base62) },
  { label: 'person-name', names: ['name', 'full_name', 'contact'], draw: personName },
  { label: 'person-name', names: ['first_name'], draw: (r) => r.of(given) },
  { label: 'person-name', names: ['surname'], draw: (r) => `${r.of(family)}, ${r.of(given)}` },
  { label: 'address', names: ['street', 'address', 'location'], draw: street },
  { label: 'address', names: ['zip'], needsName: true, draw: (r) => r.form('#####') },
  {
    label: 'email',
    names: ['note'],
    draw: (r) => `Customer ${r.of(family)} asked to be reached at ${emailAddress(r)} about the order from last week`,
  },
  {
    label: 'phone',
    names: ['comment'],
    draw: (r) => `Please call back on ${r.form('+44 20 7946 0###')} before noon, they said it is about the invoice`,
  },
  { label: 'payment-card', names: ['memo'], draw: (r) => `Paid by phone with card ${cardOf(r)} and wants the receipt sent by post` },
  {
    label: 'email',
    names: ['custom'],
    draw: (r) => JSON.stringify({ plan: r.of(['a', 'b']), score: r.between(1, 9), contact: emailAddress(r) }),
  },
  {
    label: 'phone',
    names: ['attributes'],
    draw: (r) => JSON.stringify({ colour: 'red', mobile: r.form('202555####'), n: r.between(1, 5) }),
  },
];
