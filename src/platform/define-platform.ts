import type { TenantDirectory } from '../foundation/cluster/index.ts';
import type { DeclaredPartitions, Manifest, RawOptions } from '../kernel/index.ts';

/** What `plinth.config.ts` exports: a name, a product, and options by capability. */
export interface PlatformConfig {
  /** Shown in the console and asked for by `plinth destroy`. */
  readonly name: string;
  /** The product that runs on this platform; without one, the folders `migrations/` and `objects/` beside the configuration are it. */
  readonly product?: Manifest;
  /** Tables of the product that are partitioned without its migrations saying so. */
  readonly partitions?: readonly DeclaredPartitions[];
  /** Tenants that have a database of their own, for "plinth migrate up --tenants". */
  readonly tenants?: TenantDirectory;
  /** Options by capability, as `plinth config show` lists them. */
  readonly options?: RawOptions;
}

/** Gives a configuration its type; changes nothing. */
export function definePlatform(config: PlatformConfig): PlatformConfig {
  return config;
}
