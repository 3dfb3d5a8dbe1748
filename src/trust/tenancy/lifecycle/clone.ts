import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tenancyErrors } from '../errors.ts';
import { isSlug } from '../model/slug.ts';
import type { Tenant } from '../model/types.ts';
import { type LifecycleDeps, requireShared, requireState } from './context.ts';
import { lifecycleErrors } from './errors.ts';
import { writeExport } from './export.ts';
import { findIfThere, importTenant } from './import.ts';
import { drawMasking } from './masking.ts';
import { operate } from './operation.ts';
import type { Watch } from './types.ts';

/** See `Lifecycle.clone`. A masked export and its import; only what is masked ever lies in a file. */
export async function cloneTenant(
  deps: LifecycleDeps,
  slugOrId: string,
  { slug }: { readonly slug: string },
  watch: Watch,
): Promise<Tenant> {
  const tenant = await deps.find(slugOrId);
  requireState(tenant, 'clone', ['active', 'suspended']);
  requireShared(tenant, 'clone');
  if (!isSlug(slug)) throw tenancyErrors.BAD_SLUG({ slug });
  const masking = drawMasking(deps, slug);
  return operate(deps, { tenant, kind: 'clone', options: { slug }, watch }, async (operation) => {
    const folder = join(deps.dataDir, 'clones', operation.id);
    await operation.step('write a masked copy', async () => {
      if (await findIfThere(deps, slug)) throw lifecycleErrors.TENANT_TAKEN({ what: 'slug', value: slug });
      // Half of one has other pseudonyms.
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const { tables } = await writeExport(deps, operation, { tenant, folder, masking });
      return { tables: tables.length, rows: tables.reduce((sum, { rows }) => sum + rows, 0) };
    });
    const { signal, progress } = operation;
    const clone = await importTenant(deps, { folder }, { signal, onProgress: progress });
    await rm(folder, { recursive: true, force: true });
    return clone;
  });
}
