import type { OptionsDefinition } from '../../../kernel/index.ts';

/**
 * Owned by tenancy, filled by capabilities and products: what each tenant may set. `defineOptions('mail', Type.Object({…}))`: every property
 * with its default (or optional), unit and meaning, like an option of the platform.
 */
export type TenantSettings = OptionsDefinition;

/**
 * Owned by tenancy, filled by capabilities: what the operator decides for each tenant and the capability enforces, declared in the same
 * way. Apart from settings, so that a product can let a tenant change its own settings and never lift its own limits.
 */
export type TenantPolicies = OptionsDefinition;

/** A setting as it is for a tenant. */
export interface Setting {
  /** `<capability>.<name>`. */
  readonly key: string;
  readonly meaning: string;
  /** What it may be, in words. */
  readonly allowed: string;
  /** Undefined where it has no default and was not set. */
  readonly value: unknown;
  readonly isDefault: boolean;
  /** Of a setting that was changed. */
  readonly changed?: Date;
  readonly changedBy?: string;
}

export interface SettingChange {
  readonly key: string;
  /** Undefined: back to the default. */
  readonly value: unknown;
  readonly changed: Date;
  readonly changedBy: string;
}

/** What is set for tenants, with who changed what. Limits count in this process at once, in others that serve within 3 seconds. */
export interface Settings {
  /** Everything that can be set, with its value, by key. */
  of(tenantId: string): Promise<readonly Setting[]>;
  /**
   * Text is converted to the type of the setting; undefined takes it back to its default.
   * @throws PLINTH_TENANCY_UNKNOWN_SETTING, PLINTH_TENANCY_BAD_SETTING
   */
  set(tenantId: string, key: string, value: unknown, by: string): Promise<Setting>;
  /** Every change, newest first; at most 100. */
  history(tenantId: string): Promise<readonly SettingChange[]>;
}
