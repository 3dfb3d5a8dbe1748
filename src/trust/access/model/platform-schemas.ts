import type { Manifest } from '../../../kernel/index.ts';

/** The schemas of the platform's own capabilities; each may have more that begin with its name and an underscore. */
export function platformSchemasOf(manifests: readonly Pick<Manifest, 'name' | 'layer'>[]): readonly string[] {
  return manifests.filter(({ layer }) => layer !== 'product').map(({ name }) => name);
}
