import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TenantData } from '../../model/tenant-data.ts';

/** A capability that keeps files for tenants: `<folder>/<tenant>/<name>`, and `paused` beside them while it is. */
export function folderData(folder: string): TenantData {
  const of = (tenantId: string) => join(folder, tenantId);
  const list = async (tenantId: string) =>
    existsSync(of(tenantId)) ? (await readdir(of(tenantId))).filter((name) => name !== 'paused').sort() : [];
  return {
    async pause(tenantId) {
      await mkdir(of(tenantId), { recursive: true });
      await writeFile(join(of(tenantId), 'paused'), '');
    },
    resume: (tenantId) => rm(join(of(tenantId), 'paused'), { force: true }),
    count: async (tenantId) => ({ files: (await list(tenantId)).length }),
    async *export(tenantId) {
      for (const name of await list(tenantId)) yield { name, bytes: once(await readFile(join(of(tenantId), name))) };
    },
    async import(tenantId, { name, bytes }) {
      await mkdir(of(tenantId), { recursive: true });
      await writeFile(join(of(tenantId), name), Buffer.concat(await Array.fromAsync(bytes)));
    },
    async erase(tenantId) {
      const files = (await list(tenantId)).length;
      await rm(of(tenantId), { recursive: true, force: true });
      return { files };
    },
  };
}

async function* once(bytes: Uint8Array) {
  yield bytes;
}
