import { jsonText } from '../../model/json-text.ts';
import type { Told } from './messages.ts';

/** Anything that was thrown, for the other side. */
export function tell(thrown: unknown): Told {
  const more = jsonText(thrown);
  if (!(thrown instanceof Error)) return { more: more ?? JSON.stringify(String(thrown)) };
  const { name, message, stack } = thrown;
  return { name: String(name), message: String(message), ...(stack !== undefined && { stack }), ...(more !== undefined && { more }) };
}

/** What the other side was told: an error with name, message, stack and what it knows, or a value as it was. */
export function thrownOf({ name, message, stack, more }: Told): unknown {
  const rest: unknown = more === undefined ? undefined : JSON.parse(more);
  if (name === undefined) return rest;
  const error = Object.assign(new Error(message), typeof rest === 'object' ? rest : {});
  const own = (value: unknown) => ({ value, configurable: true, writable: true, enumerable: false });
  return Object.defineProperties(error, { name: own(name), stack: own(stack ?? `${name}: ${message}`), message: own(message) });
}
