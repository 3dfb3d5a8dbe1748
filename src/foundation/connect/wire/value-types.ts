import pg from 'pg';
import { connectErrors } from '../errors.ts';

type Parse = (text: string) => unknown;

function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw connectErrors.NUMBER_TOO_LARGE({ value: text });
  return value;
}

const asText: Parse = (text) => text;
const { builtins } = pg.types;
// Arrays are parsed by the driver's parser for text[] and int8's is applied per element.
const parseTextArray = pg.types.getTypeParser(1009 as number) as (text: string) => (string | null)[];
const parseInt8Array: Parse = (text) => parseTextArray(text).map((element) => (element === null ? null : parseInt8(element)));

const overrides = new Map<number, Parse>([
  [builtins.INT8, parseInt8],
  [1016, parseInt8Array],
  // A date or a timestamp without zone is no instant: a Date would shift it by the zone of this machine.
  [builtins.DATE, asText],
  [1182, parseTextArray],
  [builtins.TIMESTAMP, asText],
  [1115, parseTextArray],
  [1231, parseTextArray],
]);

/** How values of the server become values of JavaScript; the rest is as the driver does it (`numeric` as string, `bytea` as Buffer). */
export const valueTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format === 'binary' ? undefined : overrides.get(oid)) ??
    pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};
