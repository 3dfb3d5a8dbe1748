import type { TObject, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { describeAllowed } from '../../../kernel/index.ts';
import { cliErrors } from '../errors.ts';

export interface FlagShape {
  readonly key: string;
  /** Without the dashes. */
  readonly name: string;
  readonly kind: 'boolean' | 'value' | 'list';
  readonly meaning: string;
  readonly schema: TSchema;
}

const kebab = (key: string) => key.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();

/** The flags a command's schema stands for. */
export function flagShapes(schema: TObject | undefined): FlagShape[] {
  return Object.entries(schema?.properties ?? {}).map(([key, property]) => {
    const {
      type,
      description,
      default: fallback,
      unit,
    } = property as TSchema & { type?: string; description?: string; default?: unknown; unit?: string };
    const notes = [unit && `in ${unit}`, fallback !== undefined && type !== 'boolean' && `default ${fallback}`].filter(Boolean).join(', ');
    return {
      key,
      name: kebab(key),
      kind: type === 'boolean' ? 'boolean' : type === 'array' ? 'list' : 'value',
      meaning: `${description ?? ''}${notes ? ` (${notes})` : ''}`,
      schema: property,
    };
  });
}

/**
 * Turns the text of the command line into the types of the schema and fills in defaults.
 * @throws PLINTH_CLI_BAD_FLAG naming flag, value and what is allowed
 */
export function parseFlags(shapes: readonly FlagShape[], raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = shapes.flatMap(({ key, name, schema }) => {
    const given = raw[key];
    const value = given === undefined ? (schema as { default?: unknown }).default : Value.Convert(schema, given);
    if (value === undefined) return [];
    if (!Value.Check(schema, value)) throw cliErrors.BAD_FLAG({ flag: `--${name}`, value: given, allowed: describeAllowed(schema) });
    return [[key, value] as const];
  });
  return Object.fromEntries(entries);
}
