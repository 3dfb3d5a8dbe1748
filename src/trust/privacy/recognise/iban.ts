import { mod97 } from './check-digits.ts';
import type { Recogniser } from './recogniser.ts';

// Length of an account number per country, as registered with ISO 13616.
const lengths = new Map(
  `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22
   GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28
   NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30`
    .trim()
    .split(/\s+/)
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
);

export const iban: Recogniser = {
  category: 'bank-account',
  label: 'IBANs with valid length and check digits',
  weight: 0.98,
  chance: 0.01,
  fullShare: 0.3,
  fits(value, { length, digits, signs }) {
    if (length < 15 || length > 42 || digits < 8 || signs > 0) return 0;
    const plain = value.replaceAll(' ', '').toUpperCase();
    if (!/^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(plain) || lengths.get(plain.slice(0, 2)) !== plain.length) return 0;
    return mod97(plain.slice(4) + plain.slice(0, 4)) === 1 ? 1 : 0;
  },
  inText: { pattern: /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g, leastDigits: 10 },
};
