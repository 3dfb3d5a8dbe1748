import type { Recogniser } from './recogniser.ts';

// Unquoted local parts and names with a top-level domain: what people have. `user@host`, `git@host:path` and `@scope/name` are none.
const address =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,24}|xn--[a-z0-9-]{2,59})$/i;
const named = /^[^<>@]{0,80}<([^<>\s]+)>$/;

export const email: Recogniser = {
  category: 'email',
  label: 'e-mail addresses',
  weight: 0.98,
  chance: 0,
  fullShare: 0.15,
  fits(value, { hasAt, hasDot, length }) {
    if (!hasAt || !hasDot || length < 6 || length > 254) return 0;
    return address.test(value) || address.test(named.exec(value)?.[1] ?? '') ? 1 : 0;
  },
  inText: { pattern: /[a-z0-9._%+-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,24}/gi, mark: '@' },
};
