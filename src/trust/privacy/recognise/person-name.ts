import { familyNames, givenNames } from './name-list.ts';
import type { Recogniser } from './recogniser.ts';

const form =
  /^(?:(?:mr|mrs|ms|dr|prof|herr|frau|mme|m|sr|sra)\.? )?\p{Lu}[\p{L}'’-]*\.?(?:,? (?:\p{Lu}\.|\p{Lu}[\p{L}'’-]+|van|von|de|da|del|della|dos|der|den|di|la|le|bin|al|el|y|zu)){0,5}$/u;
// Words that make a firm or a place of what else would be a name.
const otherwise =
  /\b(?:gmbh|inc|llc|ltd|corp|group|holding|partners|sons|bank|university|college|hospital|school|street|road|city|county|island|park|hotel|airport|church|union|company|services|systems)\b/i;
const plain = (value: string) =>
  value
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();

/**
 * People's names, by a list of common ones. No list has most names of a column, so a third that are listed is as good as all; one word
 * alone counts less than a given name with another.
 */
export const personName: Recogniser = {
  category: 'person-name',
  label: 'names of people by a list of common ones',
  weight: 0.85,
  chance: 0.02,
  fullShare: 0.25,
  fits(value, { length, digits, upper, lower, foreign, spaces }) {
    if (length < 3 || length > 60 || digits > 0 || spaces > 5 || upper === 0 || lower + foreign === 0) return 0;
    if (!form.test(value) || otherwise.test(value)) return 0;
    const words = plain(value).split(/[ ,]+/);
    const hasGiven = words.some((word) => givenNames.has(word));
    if (words.length === 1) return hasGiven || familyNames.has(words[0] as string) ? 0.8 : 0;
    return hasGiven ? 1 : words.some((word) => familyNames.has(word)) ? 0.6 : 0;
  },
};
