import { isUuid } from './ids.ts';

declare const staticType: unique symbol;
const optional: unique symbol = Symbol('optional');

type JsonType = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';

/** What a value has to be beside its type, and what people are told about it. Plain JSON Schema, save for `unit` and `secret`. */
export interface SchemaNotes {
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** A regular expression, without slashes. */
  readonly pattern?: string;
  readonly format?: 'uuid';
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly unit?: string;
  /** Never shown. */
  readonly secret?: boolean;
}

/** A JSON Schema that knows the type of what fits it. */
export interface Schema<T = unknown> extends SchemaNotes {
  readonly [staticType]?: T;
  readonly type?: JsonType;
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
}

interface Optional {
  readonly [optional]: true;
}

type Properties = Readonly<Record<string, Schema>>;

export interface ObjectSchema<P extends Properties = Properties> extends Schema<StaticObject<P>> {
  readonly type: 'object';
  readonly properties: P;
  readonly required?: readonly string[];
}

type OptionalKey<P> = { [K in keyof P]: P[K] extends Optional ? K : never }[keyof P];
type StaticObject<P extends Properties> = { [K in Exclude<keyof P, OptionalKey<P>>]: Static<P[K]> } & {
  [K in OptionalKey<P>]?: Static<P[K]>;
};

/** The type of the values that fit a schema. */
export type Static<S> = S extends Schema<infer T> ? T : never;

/** Writes JSON Schema of the few kinds that options, flags and requests are made of. Names as in TypeBox. */
export const Type = {
  String: (notes: SchemaNotes = {}): Schema<string> => ({ type: 'string', ...notes }),
  Number: (notes: SchemaNotes = {}): Schema<number> => ({ type: 'number', ...notes }),
  Integer: (notes: SchemaNotes = {}): Schema<number> => ({ type: 'integer', ...notes }),
  Boolean: (notes: SchemaNotes = {}): Schema<boolean> => ({ type: 'boolean', ...notes }),
  Literal: <const T extends string>(value: T): Schema<T> => ({ type: 'string', const: value }),
  Union: <const S extends readonly Schema[]>(anyOf: S, notes: SchemaNotes = {}): Schema<Static<S[number]>> => ({ anyOf, ...notes }),
  Array: <T>(items: Schema<T>, notes: SchemaNotes = {}): Schema<readonly T[]> => ({ type: 'array', items, ...notes }),
  Optional: <S extends Schema>(schema: S): S & Optional => ({ ...schema, [optional]: true }),
  Object<const P extends Properties>(properties: P): ObjectSchema<P> {
    const required = Object.keys(properties).filter((key) => !(optional in (properties[key] as Schema)));
    return { type: 'object', properties, ...(required.length > 0 && { required }) };
  },
};

/** Text of the environment or the command line as the type of the schema; as it was where it cannot be that. */
export function fromText(schema: Schema, given: unknown): unknown {
  if (schema.anyOf)
    return schema.anyOf.map((one) => [one, fromText(one, given)] as const).find(([one, value]) => fits(one, value))?.[1] ?? given;
  if (schema.type === 'array') return (Array.isArray(given) ? given : [given]).map((item) => fromText(schema.items ?? {}, item));
  if (typeof given !== 'string') return given;
  if (schema.type === 'boolean') return given === 'true' || given === '1' || (given === 'false' || given === '0' ? false : given);
  const number = Number(given);
  return (schema.type === 'integer' || schema.type === 'number') && given.trim() !== '' && Number.isFinite(number) ? number : given;
}

/** Whether a value is what a schema asks for: text, numbers, booleans, and choices and lists of them. */
export function fits(schema: Schema, value: unknown): boolean {
  if (schema.anyOf) return schema.anyOf.some((one) => fits(one, value));
  if (schema.const !== undefined && schema.const !== value) return false;
  switch (schema.type) {
    case 'string':
      return typeof value === 'string' && fitsText(schema, value);
    case 'integer':
      return Number.isInteger(value) && fitsNumber(schema, value as number);
    case 'number':
      return Number.isFinite(value) && fitsNumber(schema, value as number);
    case 'boolean':
      return typeof value === 'boolean';
    case 'array':
      return Array.isArray(value) && fitsList(schema, value);
    default:
      return true;
  }
}

function fitsList({ items = {}, minItems, maxItems, uniqueItems }: Schema, list: readonly unknown[]): boolean {
  if (!isBetween(list.length, minItems, maxItems) || (uniqueItems && new Set(list).size < list.length)) return false;
  return list.every((item) => fits(items, item));
}

function fitsText({ minLength, maxLength, pattern, format }: Schema, text: string): boolean {
  if (!isBetween(text.length, minLength, maxLength) || (format === 'uuid' && !isUuid(text))) return false;
  return pattern === undefined || new RegExp(pattern, 'u').test(text);
}

const fitsNumber = ({ minimum, exclusiveMinimum = -Infinity, maximum }: Schema, value: number) =>
  isBetween(value, minimum, maximum) && value > exclusiveMinimum;

const isBetween = (value: number, least = -Infinity, most = Infinity) => value >= least && value <= most;
