import { maskExample } from '../model/mask.ts';
import type { ContentEvidence, Examined } from '../model/verdict.ts';
import { streetAddress } from './address.ts';
import { card } from './card.ts';
import { birthDateOf } from './dates.ts';
import { email } from './email.ts';
import { iban } from './iban.ts';
import { nationalIdRecognisers } from './national-ids.ts';
import { imei, ipAddress, macAddress, userAgent } from './network.ts';
import { passport } from './passport.ts';
import { personName } from './person-name.ts';
import { phoneOf } from './phone.ts';
import { plausibleShare } from './plausible.ts';
import type { InText, Recogniser } from './recogniser.ts';
import { apiKey, jwt, opaque, passwordHash, privateKey, urlWithPassword } from './secrets.ts';
import { type Shape, shapeOf } from './shape.ts';

/** Sampled values of one column; null where there was none. */
export type Sample = readonly (string | null)[];
export type Examine = (values: Sample) => Examined;

type Value = readonly [text: string, shape: Shape];

const exampleCount = 3;
const certainGrade = 0.8;
const isText = ({ length, spaces }: Shape) => length > 40 && spaces >= 4;

/** What looks at values, for the plans of these countries and in this year. */
export function examinerOf(context: { readonly phoneCountries: readonly string[]; readonly thisYear: number }): Examine {
  const recognisers: readonly Recogniser[] = [
    email,
    iban,
    card,
    phoneOf(context.phoneCountries),
    ...nationalIdRecognisers,
    ipAddress,
    macAddress,
    imei,
    userAgent,
    jwt,
    privateKey,
    apiKey,
    passwordHash,
    urlWithPassword,
    opaque,
    passport,
    birthDateOf(context.thisYear),
    streetAddress,
    personName,
  ];
  return (sample) => {
    const values = differentValues(sample);
    const short = values.filter(([, shape]) => !isText(shape));
    const texts = values.filter(([, shape]) => isText(shape));
    const evidence = recognisers.flatMap((recogniser) => [
      ...wholeValues(recogniser, short),
      ...(recogniser.inText && texts.length > 0 ? insideTexts(recogniser, recogniser.inText, texts) : []),
    ]);
    return { distinct: values.length, evidence, plausible: (category) => plausibleShare(category, values) };
  };
}

function differentValues(sample: Sample): readonly Value[] {
  const different = new Set<string>();
  for (const value of sample) {
    const text = value?.trim();
    if (text) different.add(text);
  }
  return Array.from(different, (text) => [text, shapeOf(text)] as const);
}

/** Hits grow towards certainty; where a value may fit by accident, more of them are needed. */
const support = (hits: number, chance: number) => hits / (hits + (chance > 0 ? 2 : 0.7));

function wholeValues(recogniser: Recogniser, all: readonly Value[]): ContentEvidence[] {
  const { weight, chance, fullShare, mostTried = all.length } = recogniser;
  const step = Math.ceil(all.length / mostTried);
  const values = step > 1 ? all.filter((_, i) => i % step === 0) : all;
  let grades = 0;
  let hits = 0;
  let certain = 0;
  const examples: string[] = [];
  for (const [text, shape] of values) {
    const grade = recogniser.fits(text, shape);
    if (grade === 0) continue;
    grades += grade;
    hits++;
    if (grade >= certainGrade) certain++;
    if (examples.length < exampleCount) examples.push(maskExample(text));
  }
  if (hits === 0) return [];
  const lift = Math.max(0, (grades / values.length - chance) / (1 - chance));
  // What leaves no doubt is there even if it is rare: addresses in a column that is for something else.
  const isThere = chance === 0 && weight >= 0.95 && certain >= 3 && certain / values.length >= 0.01 ? 0.6 : 0;
  const strength = weight * Math.max(Math.min(1, lift / fullShare), isThere) * support(hits, chance);
  return [evidenceOf(recogniser, { strength, hits, of: values.length, isInText: false, examples })];
}

function insideTexts(recogniser: Recogniser, { pattern, mark = '', leastDigits = 0 }: InText, texts: readonly Value[]): ContentEvidence[] {
  let candidates = 0;
  let valid = 0;
  let hits = 0;
  const examples: string[] = [];
  for (const [text, { digits }] of texts) {
    if (digits < leastDigits || !text.includes(mark)) continue;
    const before = valid;
    for (const [candidate] of text.matchAll(pattern)) {
      candidates++;
      if (recogniser.fits(candidate, shapeOf(candidate)) < certainGrade) continue;
      valid++;
      if (examples.length < exampleCount) examples.push(maskExample(candidate));
    }
    if (valid > before) hits++;
  }
  if (hits === 0) return [];
  const lift = Math.max(0, (valid / candidates - recogniser.chance) / (1 - recogniser.chance));
  const strength = recogniser.weight * 0.95 * lift * support(hits, recogniser.chance);
  return [evidenceOf(recogniser, { strength, hits, of: texts.length, isInText: true, examples })];
}

const evidenceOf = (
  { category, label, isPersonal = false }: Recogniser,
  found: Omit<ContentEvidence, 'category' | 'label' | 'isPersonal'>,
): ContentEvidence => ({ category, label, isPersonal, ...found });
