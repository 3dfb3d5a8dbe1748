import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import { describeAllowed, type EventBus, flagName, hasCode, optionsFor, resolveOptions } from '../../../kernel/index.ts';
import { settingsErrors } from './errors.ts';
import type { Store } from './stores.ts';
import type { Setting, Settings, TenantSettings } from './types.ts';

export interface SettingsDeps {
  readonly connect: Connect;
  readonly store: Store;
  readonly events: EventBus;
  /** What there is to be set. */
  readonly declared: () => readonly TenantSettings[];
  /** What this process holds of them is read again. */
  refresh(): Promise<void>;
}

/** See `Settings`. */
export function openSettings({ connect, store, events, declared, refresh }: SettingsDeps): Settings {
  const inRegistry = <T>(work: (tx: Transaction) => Promise<T>) =>
    connect.transaction({ tier: 'oltp', as: 'owner', tag: 'tenancy.settings' }, work);

  const all = () =>
    declared().flatMap((definition) =>
      Object.entries(definition.schema.properties).map(([name, schema]) => ({
        definition,
        name,
        key: `${definition.capability}.${name}`,
        meaning: (schema as { description?: string }).description ?? '',
        allowed: describeAllowed(schema),
      })),
    );
  type Declared = ReturnType<typeof all>[number];

  /** The value as its type has it. @throws PLINTH_TENANCY_BAD_SETTING */
  function convert({ definition, name, key, allowed }: Declared, value: unknown): unknown {
    const { capability } = definition;
    const source =
      typeof value === 'string' ? { flags: { [flagName(capability, name)]: value } } : { code: { [capability]: { [name]: value } } };
    try {
      return (optionsFor(definition, resolveOptions([definition], source)) as Record<string, unknown>)[name];
    } catch (error) {
      if (!hasCode(error, 'PLINTH_CONFIG_INVALID')) throw error;
      throw settingsErrors.BAD_SETTING({ key, value, allowed }, { cause: error });
    }
  }

  const read = async (tenantId: string): Promise<readonly Setting[]> => {
    const changed = new Map((await inRegistry((tx) => store.current(tx, tenantId))).map((row) => [row.key, row]));
    return all()
      .map((one) => {
        const row = changed.get(one.key);
        const isDefault = row === undefined || row.value === null;
        const { key, meaning, allowed } = one;
        const value = isDefault
          ? (optionsFor(one.definition, resolveOptions([one.definition], {})) as Record<string, unknown>)[one.name]
          : row.value;
        return { key, meaning, allowed, value, isDefault, ...(row && { changed: row.changed, changedBy: row.changed_by }) };
      })
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  };

  return {
    of: read,
    async set(tenantId, key, value, by) {
      const known = all();
      const one = known.find((other) => other.key === key);
      if (!one) throw settingsErrors.UNKNOWN_SETTING({ noun: store.noun, key, known: known.map((other) => other.key).sort() });
      const converted = value === undefined ? null : JSON.stringify(convert(one, value));
      await inRegistry((tx) => store.insert(tx, { tenant_id: tenantId, key, value: converted, changed_by: by }));
      await refresh();
      events.emit('audited', {
        action: `tenancy.${store.noun}.set`,
        success: true,
        tenantId,
        target: { type: store.noun, id: key },
        details: { by, isDefault: converted === null },
      });
      return (await read(tenantId)).find((setting) => setting.key === key) as Setting;
    },
    history: (tenantId) =>
      inRegistry(async (tx) =>
        (await store.changes(tx, tenantId)).map(({ key, value, changed, changed_by }) => ({
          key,
          value: value ?? undefined,
          changed,
          changedBy: changed_by,
        })),
      ),
  };
}
