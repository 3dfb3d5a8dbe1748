import type { Recogniser } from './recogniser.ts';

const roadAfter =
  'street|st|avenue|ave|road|rd|lane|ln|boulevard|blvd|drive|dr|court|ct|place|pl|square|sq|terrace|way|highway|hwy|parkway|pkwy|crescent|close|grove|row|circle|trail';
const numberFirst = new RegExp(`^\\d{1,5}[a-z]?(?:-\\d{1,5})?,? (?:[\\p{L}.'’-]+ ){0,4}(?:${roadAfter})\\b\\.?`, 'iu');
const numberAfter =
  /^[\p{L}.'’ -]*(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|ring|damm|ufer|chaussee|laan|straat|gatan|vägen|vej|utca|ulica|ul\.) ?\d{1,5} ?[a-z]?\b/iu;
const roadFirst =
  /^(?:\d{1,5},? ?(?:bis|ter)?,? )?(?:rue|avenue|boulevard|chemin|allée|place|quai|impasse|route|cours|calle|avenida|avda\.|plaza|paseo|camino|via|viale|piazza|corso|largo|rua) (?:[\p{L}.'’-]+[ ,]*){1,6}(?:\d{1,5})?/iu;
const box = /^(?:p\.? ?o\.? box|postfach|apartado|boîte postale|b\.?p\.?) \d+/i;

export const streetAddress: Recogniser = {
  category: 'address',
  label: 'street addresses',
  weight: 0.88,
  chance: 0,
  fullShare: 0.3,
  fits(value, { length, spaces, digits, upper, lower, foreign }) {
    if (length < 6 || length > 160 || digits === 0 || digits > 16 || spaces === 0 || upper + lower + foreign < 4) return 0;
    if (box.test(value) || numberFirst.test(value) || numberAfter.test(value)) return 1;
    // Without a number a road is also the name of a shop.
    return roadFirst.test(value) ? 0.9 : 0;
  },
};
