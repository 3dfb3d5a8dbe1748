/** A process that imports, for tests that kill it or its server: importing-child <folder and options as JSON> <import request as JSON>. `slug` names the tenant, which is made if need be. */
import { configure, definePlatform, openPlatform } from 'plinth/platform';
import type { Tenancy } from 'plinth/tenancy';
import { type Mail, mail } from '../index.ts';

const [given = '{}', request = '{}'] = process.argv.slice(2);
const { folder, options } = JSON.parse(given);
const { slug, ...rest } = JSON.parse(request);
try {
  const configuration = configure(definePlatform({ name: 'child', product: mail, options }), { folder });
  await using platform = await openPlatform(configuration, { level: 'migrated' });
  console.log('ready');
  const { id: tenantId } = await platform.use<Tenancy>('tenancy').create({ slug });
  const onProgress = ({ messages }: { messages: number }) => console.log(`stored ${messages}`);
  const summary = await platform.use<Mail>('mail').import({ ...rest, tenantId, onProgress });
  console.log(`done ${JSON.stringify(summary)}`);
} catch (error) {
  console.log(`failed ${(error as { code?: string }).code} ${(error as Error).message}`);
  process.exitCode = 1;
}
