import type { Content } from 'plinth/content';
import type { Privacy } from 'plinth/privacy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts';
import { type Mail, mail } from '../index.ts';

let platform: TestPlatform;
let subjects: Privacy['subjects'];

beforeAll(async () => {
  platform = await testPlatform({ product: mail });
  ({ subjects } = platform.use<Privacy>('privacy'));
  await platform.use<Mail>('mail').seedIfEmpty({ signal: new AbortController().signal, onProgress: () => {} });
});
afterAll(() => platform?.[Symbol.asyncDispose]());

const query = async (text: string, values: unknown[] = []) => (await platform.databases.oltp.client.query(text, values)).rows;

test('[M15] whoever wrote is forgotten with their messages and what was attached; everybody else stays', async () => {
  const [{ tenant_id: tenantId, address }] = await query(
    `select m.tenant_id, m.from_address as address from content.email_messages m join oltp.contacts c on c.tenant_id = m.tenant_id and c.address::text = m.from_address
      where m.direction = 'inbound' group by 1, 2 order by count(*) desc, 2 limit 1`,
  );
  const counts = async () =>
    (await query('select (select count(*) from content.email_messages) as messages, (select count(*) from oltp.contacts) as contacts'))[0];
  const before = await counts();
  const plan = await subjects.plan({ identifier: address, tenant: tenantId });
  const messages =
    plan.find(({ place }) => place === 'content:content.email_messages' || place.endsWith('content.email_messages'))?.count ?? 0;
  expect(messages).toBeGreaterThan(0);
  expect(plan.find(({ store }) => store === 'content')?.count).toBeGreaterThan(0);
  const objects = await query(
    'select o.id from content.objects o join content.email_messages m on m.id = o.owner_id where m.from_address = $1',
    [address],
  );

  await subjects.erase({ identifier: address, tenant: tenantId, purpose: 'letter 4' });

  const after = await counts();
  expect(Number(before.messages) - Number(after.messages)).toBe(messages);
  expect(Number(before.contacts) - Number(after.contacts)).toBe(1);
  for (const { id } of objects.slice(0, 5)) {
    await expect(platform.use<Content>('content').stat({ tenantId }, id)).rejects.toMatchObject({ code: 'PLINTH_CONTENT_UNKNOWN_OBJECT' });
  }
  expect(await subjects.plan({ identifier: address, tenant: tenantId })).toEqual([]);
});
