import type { Identifier } from '../types.ts';

/** The kinds that are told from the value itself, and compared in one form however they are stored. */
export const knownKinds = ['email', 'phone'] as const;

const email = /^[^\s@]+@[^\s@]+$/;
// With its country: a national number alone may be another person's elsewhere.
const phone = /^(?:\+|00)[1-9][\d\s().\-/]{5,24}$/;

/** The identifier in the form that is compared; undefined when `given` is none of that kind, or of no kind that can be told. */
export function readIdentifier(given: string, kind?: string): Identifier | undefined {
  const value = given.trim();
  if ((kind ?? 'email') === 'email' && email.test(value)) return { kind: 'email', value: value.toLowerCase() };
  if ((kind ?? 'phone') === 'phone' && phone.test(value)) return { kind: 'phone', value: digitsOf(value) };
  if (kind === undefined || kind === 'email' || kind === 'phone' || value === '') return undefined;
  return { kind, value };
}

/**
 * A value that a row yields, in the form that is compared; undefined where it is none, as an empty text. A phone number without its
 * country is not taken: it would find other people.
 */
export function yieldedIdentifier(kind: string, value: string | null, tenantId: string | null): Identifier | undefined {
  const read = value === null ? undefined : readIdentifier(value, kind);
  return read && { ...read, ...(tenantId !== null && { tenantId }) };
}

/** Stands for it in sets. */
export const identifierKey = ({ kind, value, tenantId }: Identifier): string => JSON.stringify([kind, value, tenantId ?? null]);

const digitsOf = (value: string) => value.replace(/^00/, '').replace(/\D/g, '');
