import { createHmac, type KeyObject } from 'node:crypto';

export type IndexKind = 'email' | 'phone' | 'text' | 'exact';

const termBytes = 16;

/** The form in which values are equal that people take for equal. */
export function normalForm(kind: IndexKind, value: string): string {
  switch (kind) {
    case 'email':
      return value.normalize('NFKC').trim().toLowerCase();
    // An international number is the same with 00 and with +; without either it stays a national one.
    case 'phone':
      return value
        .normalize('NFKC')
        .replaceAll(/[^\d+]/g, '')
        .replace(/^00/, '+')
        .replaceAll(/(?<=.)\+/g, '');
    case 'text':
      return value.normalize('NFKC').trim().replaceAll(/\s+/gu, ' ').toLowerCase();
    case 'exact':
      return value;
  }
}

/**
 * What stands in the index column: equal for equal values of one column of one tenant, and otherwise without meaning to who lacks the key.
 * It tells which rows are equal and how often a value occurs, and to who has the key, whether a guess is right.
 */
export const termOf = (columnKey: KeyObject, kind: IndexKind, value: string): Buffer =>
  createHmac('sha256', columnKey).update(normalForm(kind, value)).digest().subarray(0, termBytes);
