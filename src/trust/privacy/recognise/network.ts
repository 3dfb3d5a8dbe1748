import { isIPv4, isIPv6 } from 'node:net';
import { luhn } from './check-digits.ts';
import type { Recogniser } from './recogniser.ts';

// Four small numbers are as well a version; no network that people use begins like that and goes on small.
const looksLikeVersion = (value: string) => value.split('.').every((part) => Number(part) < 30);

export const ipAddress: Recogniser = {
  category: 'ip-address',
  label: 'IP addresses',
  weight: 0.95,
  chance: 0,
  fullShare: 0.6,
  fits(value, { hasDot, hasColon, length, digits }) {
    if (length < 3 || length > 49 || !(hasDot || hasColon) || (hasDot && !hasColon && digits < 4)) return 0;
    const [address = '', prefix] = value.split('/');
    if (prefix !== undefined && !/^\d{1,3}$/.test(prefix)) return 0;
    if (isIPv4(address)) return looksLikeVersion(address) ? 0.15 : 1;
    // Times of day are valid IPv6 only with more groups than they have.
    return hasColon && isIPv6(address) ? 1 : 0;
  },
};

const mac = /^[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$|^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/i;

export const macAddress: Recogniser = {
  category: 'device',
  label: 'MAC addresses',
  weight: 0.95,
  chance: 0,
  fullShare: 0.6,
  fits: (value, { length }) => ((length === 17 || length === 14) && mac.test(value) ? 1 : 0),
};

// Fifteen digits that begin like the type of a phone, as the reporting bodies number them.
export const imei: Recogniser = {
  category: 'device',
  label: 'IMEI numbers with valid check digit',
  weight: 0.8,
  chance: 0.1,
  fullShare: 0.8,
  fits: (value, { digits, length }) => (digits === 15 && length === 15 && /^(?:01|35|86|99)/.test(value) && luhn(value) ? 1 : 0),
};

const agent = /^(?:Mozilla|Opera|Dalvik|okhttp|curl)\/\d/;

export const userAgent: Recogniser = {
  category: 'device',
  label: 'browsers and devices as they call themselves',
  weight: 0.85,
  chance: 0,
  fullShare: 0.4,
  fits: (value, { length, spaces }) => (length > 20 && spaces > 1 && agent.test(value) && value.includes('(') ? 1 : 0),
  inText: { pattern: /^(?:Mozilla|Opera|Dalvik|okhttp|curl)\/\d.*$/g, mark: '(' },
};
