import { relative } from 'node:path';
import { root as repository, staleFolders } from '../queries/capabilities.ts';
import type { Check } from './files.ts';

/** Generated query functions fit the SQL they were made from; reference pages fit the manifests. */
export const checkGenerated: Check = async (root) => {
  const queries = staleFolders(root).map((folder) => ({
    file: relative(root, folder.generated),
    message: `does not fit its sources; run npm run generate -- ${folder.name}`,
  }));
  if (root !== repository) return queries;
  const { staleReference } = await import('../reference.ts');
  const pages = await staleReference();
  return [...queries, ...pages.map((file) => ({ file, message: 'does not fit the manifests; run npm run generate' }))];
};
