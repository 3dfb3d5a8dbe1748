import { layers, type Manifest } from '../../kernel/index.ts';
import { platformErrors } from '../errors.ts';

// A product stands on the capabilities and is served like them: it is opened between both.
const ranks = new Map<Manifest['layer'], number>([
  ...layers.map((layer, index) => [layer, index] as const),
  ['product', layers.indexOf('serve') - 0.5],
]);

const rank = (manifest: Manifest) => ranks.get(manifest.layer) ?? 0;

/**
 * The order in which capabilities are opened: layer by layer, what is required first, else as given.
 * Disposal runs the other way round.
 *
 * @throws PLINTH_PLATFORM_MISSING_CAPABILITY, PLINTH_PLATFORM_CIRCLE
 */
export function orderManifests(manifests: readonly Manifest[]): Manifest[] {
  const byName = new Map(manifests.map((manifest) => [manifest.name, manifest]));
  const ordered = new Set<Manifest>();

  const visit = (manifest: Manifest, path: readonly string[]) => {
    if (ordered.has(manifest)) return;
    if (path.includes(manifest.name)) throw platformErrors.CIRCLE({ path: [...path, manifest.name] });
    for (const name of manifest.requires) {
      const required = byName.get(name);
      if (!required) throw platformErrors.MISSING_CAPABILITY({ name: manifest.name, requires: name });
      visit(required, [...path, manifest.name]);
    }
    ordered.add(manifest);
  };

  for (const manifest of manifests.toSorted((a, b) => rank(a) - rank(b))) visit(manifest, []);
  return [...ordered];
}
