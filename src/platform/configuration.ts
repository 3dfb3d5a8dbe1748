import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Manifest, messageOf, optionsFor, type ResolvedOption, resolveOptions } from '../kernel/index.ts';
import { capabilities } from './capabilities.ts';
import type { PlatformConfig } from './define-platform.ts';
import { platformErrors } from './errors.ts';
import { orderManifests } from './model/order.ts';
import { type PlatformOptions, platformOptions } from './options.ts';
import { ownProduct } from './own-product.ts';

/** Everything that is known before anything is opened. */
export interface Configuration {
  readonly name: string;
  /** In the order of opening. */
  readonly manifests: readonly Manifest[];
  readonly resolved: readonly ResolvedOption[];
  readonly options: PlatformOptions;
  /** Absolute. */
  readonly dataDir: string;
}

/** The definitions of all options of a platform, its own first. */
export function optionDefinitions(manifests: readonly Manifest[]) {
  return [platformOptions, ...manifests.map((manifest) => manifest.options)];
}

/**
 * Reads `plinth.config.ts` (or `.js`) of a folder, or the file that was named. A folder without one gives a
 * platform named after the folder, whose schema stands in `migrations/` there.
 *
 * @throws PLINTH_PLATFORM_CONFIGURATION_NOT_FOUND when a named file is missing
 * @throws PLINTH_PLATFORM_CONFIGURATION_UNREADABLE
 */
export async function loadConfigFile(folder: string, named?: string): Promise<{ config: PlatformConfig; folder: string }> {
  const candidates = named ? [named] : ['plinth.config.ts', 'plinth.config.js'];
  const file = candidates.map((name) => resolve(folder, name)).find(existsSync);
  if (!file) {
    if (named) throw platformErrors.CONFIGURATION_NOT_FOUND({ file: resolve(folder, named) });
    return { config: { name: basename(resolve(folder)) }, folder: resolve(folder) };
  }
  const loaded = await import(pathToFileURL(file).href).catch((error: unknown) => {
    throw platformErrors.CONFIGURATION_UNREADABLE({ file, reason: messageOf(error) }, { cause: error });
  });
  const config: unknown = loaded.default;
  if (typeof config !== 'object' || config === null || typeof (config as PlatformConfig).name !== 'string') {
    throw platformErrors.CONFIGURATION_UNREADABLE({ file, reason: 'its default export has no "name"' });
  }
  return { config: config as PlatformConfig, folder: dirname(file) };
}

/** Puts a configuration together: manifests in order, options resolved. Opens nothing. */
export function configure(
  config: PlatformConfig,
  sources: { readonly folder: string; readonly environment?: NodeJS.ProcessEnv; readonly flags?: Readonly<Record<string, string>> },
): Configuration {
  const given = [...capabilities, config.product ?? ownProduct(sources.folder)];
  // Beside those of the manifests, which partition collects.
  const withPartitions = (manifest: Manifest) =>
    config.partitions && manifest.name === 'partition' ? { ...manifest, partitions: config.partitions } : manifest;
  // From cluster, which owns the interface and is opened first; a capability that knows better fills it after.
  const withTenants = (manifest: Manifest) =>
    config.tenants && manifest.name === 'cluster'
      ? { ...manifest, fills: { ...manifest.fills, 'cluster.TenantDirectory': () => config.tenants } }
      : manifest;
  const manifests = orderManifests(given.map(withPartitions).map(withTenants));
  const resolved = resolveOptions(optionDefinitions(manifests), {
    ...(config.options && { file: config.options }),
    environment: sources.environment ?? {},
    flags: sources.flags ?? {},
  });
  const options = optionsFor(platformOptions, resolved);
  return { name: config.name, manifests, resolved, options, dataDir: resolve(sources.folder, options.dataDir) };
}
