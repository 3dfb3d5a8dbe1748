import type { Recogniser } from './recogniser.ts';
import { entropyOf } from './shape.ts';

// Public beginnings by which providers mark their own keys, so that scanners find them.
const prefixes = [
  '(?:sk|rk)_(?:live|test)_[0-9A-Za-z]{16,}',
  'sk-[0-9A-Za-z_-]{20,}',
  '(?:AKIA|ASIA)[0-9A-Z]{16}',
  'gh[pousr]_[0-9A-Za-z]{30,}',
  'github_pat_[0-9A-Za-z_]{30,}',
  'glpat-[0-9A-Za-z_-]{20,}',
  'xox[abposr]-[0-9A-Za-z-]{10,}',
  'AIza[0-9A-Za-z_-]{35}',
  'ya29\\.[0-9A-Za-z_-]{20,}',
  'SG\\.[0-9A-Za-z_-]{16,}\\.[0-9A-Za-z_-]{16,}',
  'npm_[0-9A-Za-z]{30,}',
  'pypi-[0-9A-Za-z_-]{30,}',
  'dop_v1_[0-9a-f]{40,}',
  'shp(?:at|ss|ca|pa)_[0-9a-fA-F]{32}',
  'whsec_[0-9A-Za-z+/=]{20,}',
  'hf_[0-9A-Za-z]{30,}',
];
const provider = new RegExp(`^(?:Bearer )?(?:${prefixes.join('|')})$`);
const base64Url = /^[0-9A-Za-z_-]+$/;

function isJwt(value: string): boolean {
  const parts = value.replace(/^Bearer /, '').split('.');
  if (parts.length !== 3 || !parts.slice(0, 2).every((part) => base64Url.test(part))) return false;
  try {
    return typeof (JSON.parse(Buffer.from(parts[0] as string, 'base64url').toString()) as { alg?: unknown } | null)?.alg === 'string';
  } catch {
    return false;
  }
}

export const jwt: Recogniser = {
  category: 'credential',
  label: 'signed tokens (JWT)',
  weight: 0.99,
  chance: 0,
  fullShare: 0.05,
  // Longer ones arrive cut off: the header tells enough.
  fits: (value, { length, hasDot, spaces }) =>
    length > 30 && hasDot && spaces < 2 && /^(?:Bearer )?eyJ/.test(value) && (length >= 200 || isJwt(value)) ? 1 : 0,
  inText: { pattern: /\beyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]*/g, mark: 'eyJ' },
};

export const privateKey: Recogniser = {
  category: 'credential',
  label: 'private keys (PEM)',
  weight: 0.99,
  chance: 0,
  fullShare: 0.05,
  fits: (value, { length }) => (length > 27 && /^-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----/.test(value) ? 1 : 0),
  inText: { pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----/g, mark: '-----BEGIN' },
};

export const apiKey: Recogniser = {
  category: 'credential',
  label: 'keys with the prefix of a provider',
  weight: 0.97,
  chance: 0,
  fullShare: 0.05,
  fits(value, { length, spaces }) {
    if (length < 16 || spaces > 1 || !provider.test(value)) return 0;
    // Placeholders such as sk_test_xxxxxxxx have the prefix too.
    return entropyOf(value.slice(-16)) > 2.5 ? 1 : 0;
  },
  inText: { pattern: new RegExp(`\\b(?:${prefixes.join('|')})\\b`, 'g'), leastDigits: 2 },
};

export const passwordHash: Recogniser = {
  category: 'credential',
  label: 'hashed passwords',
  weight: 0.95,
  chance: 0,
  fullShare: 0.2,
  fits: (value, { length }) =>
    length > 20 &&
    /^(?:\$2[abxy]\$\d{2}\$|\$argon2(?:id|i|d)\$|\$(?:5|6|y|scrypt|pbkdf2[\w-]*)\$|SCRAM-SHA-256\$|pbkdf2_sha256\$|\{S?SHA\d*\})/.test(
      value,
    )
      ? 1
      : 0,
};

export const urlWithPassword: Recogniser = {
  category: 'credential',
  label: 'addresses of servers with a password',
  weight: 0.97,
  chance: 0,
  fullShare: 0.05,
  fits: (value, { hasAt, hasColon }) => (hasAt && hasColon && /^[a-z][a-z0-9+.-]*:\/\/[^\s:@/]+:[^\s@/]{3,}@[^\s@]+$/i.test(value) ? 1 : 0),
  inText: { pattern: /\b[a-z][a-z0-9+.-]{2,20}:\/\/[^\s:@/]+:[^\s@/]{3,}@[^\s@"']+/gi, mark: '://' },
};

/** Whether a value reads like chance: no words, no date, no number. What is encrypted, hashed or drawn looks like that. */
export function isOpaque(value: string, { length, spaces, digits, upper, lower, signs }: Parameters<Recogniser['fits']>[1]): boolean {
  if (length < 16 || spaces > 0 || digits < 2 || upper + lower < 4 || signs > length / 4) return false;
  return /^[0-9A-Za-z+/=_.:$-]+$/.test(value) && entropyOf(value) > 3;
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Random text: a secret where the name says so, anything else where it does not. */
export const opaque: Recogniser = {
  category: 'credential',
  label: 'random characters',
  weight: 0.35,
  chance: 0,
  fullShare: 0.8,
  mostTried: 120,
  fits: (value, shape) => (shape.length <= 512 && isOpaque(value, shape) && !uuid.test(value) ? 1 : 0),
};
