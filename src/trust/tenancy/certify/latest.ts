import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Certificate } from '../model/certificate.ts';
import { isGenuine } from '../signing/index.ts';

export const latestFile = (dataDir: string) => join(dataDir, 'certificate.json');

/** What `certify` found last, on this machine; undefined where it never ran, or what is there is not what was signed. */
export async function latestCertificate(dataDir: string): Promise<Certificate | undefined> {
  const text = await readFile(latestFile(dataDir), 'utf8').catch(() => '{}');
  try {
    const certificate: Certificate = JSON.parse(text);
    return isGenuine(certificate) ? certificate : undefined;
  } catch {
    // Killed while it was written.
    return undefined;
  }
}
