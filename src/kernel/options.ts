import { type Static, type TObject, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { defineErrors } from './errors.ts';

/** The options of one capability: a TypeBox object whose properties carry default, minimum, unit and meaning. */
export interface OptionsDefinition<T extends TObject = TObject> {
  readonly capability: string;
  readonly schema: T;
}

/** Where a value came from; the later one wins. */
export type Origin = 'default' | 'file' | 'environment' | 'flag' | 'code';

/** Raw values by capability and key, as one source gives them. */
export type RawOptions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface ResolvedOption {
  readonly capability: string;
  readonly key: string;
  readonly value: unknown;
  readonly origin: Origin;
  readonly isSecret: boolean;
}

export const optionErrors = defineErrors('CONFIG', {
  UNKNOWN_KEY: {
    exitCode: 2,
    message: (d: { key: string; origin: Origin; known: readonly string[] }) =>
      `Unknown option ${d.key} (from ${d.origin}). Known here: ${d.known.join(', ') || 'none'}. Correct the name or remove it.`,
  },
  INVALID: {
    exitCode: 2,
    message: (d: { key: string; value: unknown; origin: Origin; allowed: string }) =>
      `Option ${d.key} is ${JSON.stringify(d.value)} (from ${d.origin}), but must be ${d.allowed}.`,
  },
});

/**
 * Declares the options of a capability. One schema gives the type, the environment variable
 * (`PLINTH_<CAPABILITY>_<KEY>`), the flag (`--<capability>-<key>`) and the page in the docs.
 * Every property needs `default` (or Type.Optional) and `description`; numbers name their `unit`.
 */
export function defineOptions<T extends TObject>(capability: string, schema: T): OptionsDefinition<T> {
  return { capability, schema: { ...schema, additionalProperties: false } };
}

export type OptionsOf<D> = D extends OptionsDefinition<infer T> ? Static<T> : never;

const kebab = (key: string) => key.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();

/** `cluster`, `dataDir` → `PLINTH_CLUSTER_DATA_DIR`. */
export function environmentName(capability: string, key: string): string {
  return `PLINTH_${capability}_${kebab(key).replaceAll('-', '_')}`.toUpperCase();
}

/** `cluster`, `dataDir` → `cluster-data-dir`, without the leading dashes. */
export function flagName(capability: string, key: string): string {
  return `${capability}-${kebab(key)}`;
}

/** The allowed range of an option in words: type, bounds, choices, unit. */
export function describeAllowed(schema: TSchema): string {
  const s = schema as TSchema & {
    type?: string;
    const?: unknown;
    minimum?: number;
    maximum?: number;
    unit?: string;
    anyOf?: TSchema[];
    pattern?: string;
  };
  if (s.anyOf) return s.anyOf.map(describeAllowed).join(' or ');
  if (s.const !== undefined) return JSON.stringify(s.const);
  const bounds = [s.minimum === undefined ? '' : ` ≥ ${s.minimum}`, s.maximum === undefined ? '' : ` ≤ ${s.maximum}`].join('');
  return `${s.type ?? 'a value'}${bounds}${s.unit ? ` (${s.unit})` : ''}${s.pattern ? ` matching ${s.pattern}` : ''}`;
}

/**
 * Resolves the options of all capabilities: defaults < file < environment < flags < code.
 *
 * Values from the environment and flags are text and are converted to the schema's type; a value that does
 * not fit is refused with its key, origin and allowed range, never silently replaced.
 *
 * @throws PLINTH_CONFIG_UNKNOWN_KEY, PLINTH_CONFIG_INVALID
 */
export function resolveOptions(
  definitions: readonly OptionsDefinition[],
  sources: {
    readonly file?: RawOptions;
    readonly environment?: NodeJS.ProcessEnv;
    readonly flags?: Readonly<Record<string, string>>;
    readonly code?: RawOptions;
  },
): ResolvedOption[] {
  rejectUnknown(definitions, 'file', sources.file);
  rejectUnknown(definitions, 'code', sources.code);
  const knownEnvironment = new Set<string>();
  const resolved: ResolvedOption[] = [];
  for (const { capability, schema } of definitions) {
    for (const [key, property] of Object.entries(schema.properties) as [string, TSchema & { default?: unknown; secret?: boolean }][]) {
      const environmentKey = environmentName(capability, key);
      knownEnvironment.add(environmentKey);
      const candidates: [Origin, unknown, boolean][] = [
        ['code', sources.code?.[capability]?.[key], false],
        ['flag', sources.flags?.[flagName(capability, key)], true],
        ['environment', sources.environment?.[environmentKey], true],
        ['file', sources.file?.[capability]?.[key], false],
      ];
      const [origin, raw, isText] = candidates.find(([, value]) => value !== undefined) ?? ['default' as const, property.default, false];
      const value = isText ? Value.Convert(property, raw) : raw;
      if (value !== undefined && !Value.Check(property, value)) {
        throw optionErrors.INVALID({
          key: `${capability}.${key}`,
          value: property.secret ? '(hidden)' : raw,
          origin,
          allowed: describeAllowed(property),
        });
      }
      resolved.push({ capability, key, value, origin, isSecret: property.secret ?? false });
    }
  }
  rejectUnknownEnvironment(definitions, knownEnvironment, sources.environment ?? {});
  return resolved;
}

/** The resolved values of one capability as an object. Absent optional values are left out. */
export function valuesOf(resolved: readonly ResolvedOption[], capability: string): Record<string, unknown> {
  return Object.fromEntries(resolved.filter((o) => o.capability === capability && o.value !== undefined).map((o) => [o.key, o.value]));
}

/** The resolved values of one capability as the object its `open*` takes. */
export function optionsFor<D extends OptionsDefinition>(definition: D, resolved: readonly ResolvedOption[]): OptionsOf<D> {
  return valuesOf(resolved, definition.capability) as OptionsOf<D>;
}

/** The defaults of a definition with `given` laid over; for code that opens a capability by itself. */
export function withDefaults<D extends OptionsDefinition>(definition: D, given: Partial<OptionsOf<D>> = {}): OptionsOf<D> {
  return optionsFor(definition, resolveOptions([definition], { code: { [definition.capability]: given as Record<string, unknown> } }));
}

function rejectUnknown(definitions: readonly OptionsDefinition[], origin: Origin, raw: RawOptions = {}): void {
  for (const [capability, values] of Object.entries(raw)) {
    const definition = definitions.find((d) => d.capability === capability);
    if (!definition) throw optionErrors.UNKNOWN_KEY({ key: capability, origin, known: definitions.map((d) => d.capability) });
    const known = Object.keys(definition.schema.properties);
    const unknown = Object.keys(values).find((key) => !known.includes(key));
    if (unknown) throw optionErrors.UNKNOWN_KEY({ key: `${capability}.${unknown}`, origin, known });
  }
}

// Only names that begin with a capability of ours are judged: other programs may own other PLINTH_ variables.
function rejectUnknownEnvironment(
  definitions: readonly OptionsDefinition[],
  known: ReadonlySet<string>,
  environment: NodeJS.ProcessEnv,
): void {
  for (const { capability, schema } of definitions) {
    const prefix = `PLINTH_${capability.toUpperCase()}_`;
    const stray = Object.keys(environment).find((name) => name.startsWith(prefix) && !known.has(name));
    if (stray) {
      const names = Object.keys(schema.properties).map((key) => environmentName(capability, key));
      throw optionErrors.UNKNOWN_KEY({ key: stray, origin: 'environment', known: names });
    }
  }
}

export { Type };
