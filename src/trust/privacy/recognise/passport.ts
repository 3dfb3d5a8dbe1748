import type { Recogniser } from './recogniser.ts';

// One or two letters and seven digits, nine of the German alphabet without vowels, nine digits: forms that many numbers have.
const forms = /^(?:[A-Z]{1,2}\d{7}|[CFGHJK][0-9CFGHJKLMNPRTVWXYZ]{8}|\d{2}[A-Z]{2}\d{5}|[A-Z]{3}\d{6})$/;

/** Shapes of passport numbers: without a check they only confirm what the name says. */
export const passport: Recogniser = {
  category: 'passport',
  label: 'shaped like passport numbers',
  weight: 0.35,
  chance: 0.1,
  fullShare: 0.8,
  isPersonal: true,
  fits: (value, { length, digits }) => (length >= 8 && length <= 9 && digits >= 4 && forms.test(value) ? 1 : 0),
};
