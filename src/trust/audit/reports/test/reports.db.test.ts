import { afterAll, expect, test } from 'vitest';
import { partsFixture } from '../../test/parts-fixture.ts';

const fixture = await partsFixture();
const { audit, tenancy, platform } = fixture;
const { client } = platform.databases.oltp;
afterAll(() => fixture[Symbol.asyncDispose]());

const { id: tenantId } = await tenancy.create({ slug: 'acme' });
const { userId } = await tenancy.addUser({ tenantId, email: 'ann@acme.example', role: 'member' });
await audit.settled();
const range = { from: new Date('2026-03-01'), to: new Date('2026-04-01') };
const put = (kind: string, action: string, more: { flags?: string[]; purpose?: string; isSuccess?: boolean; rows?: number } = {}) =>
  client.query(
    `insert into audit.events (created, tenant_id, user_id, kind, action, target_type, target_id, compliance_flags, purpose, is_success, row_count)
     values ('2026-03-05', $1, $2, $3, $4, 'table', 'clinic.patients', $5, $6, $7, $8)`,
    [tenantId, userId, kind, action, more.flags ?? [], more.purpose ?? null, more.isSuccess ?? true, more.rows ?? null],
  );
for (let i = 0; i < 3; i++) await put('access', 'read', { flags: ['GDPR', 'HIPAA'], purpose: 'care | cure', rows: 7 });
await put('change', 'update', { flags: ['SOX'], rows: 2 });
await put('operation', 'ddl.drop-table', { flags: ['SOX'] });
await put('operation', 'access.rotate', { flags: ['HIPAA', 'SOX'] });
await put('operation', 'security.unauthorized_access', { isSuccess: false });

const sectionOf = (report: string, title: string) => report.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? '';

test('[I25] the GDPR report says who read what, how often and why', async () => {
  const report = await audit.reports.report({ ...range, regulation: 'GDPR', format: 'markdown' });
  expect(report).toContain('From 2026-03-01 to 2026-04-01');
  expect(sectionOf(report, 'Who read personal data')).toContain(
    '| ann@acme.example | acme | clinic.patients | read | care \\| cure | 3 | 21 | 2026-03-05 00:00:00 | 2026-03-05 00:00:00 |',
  );
  expect(sectionOf(report, 'Emergency access')).toContain('Nothing in this time.');
  expect(report).toMatch(/The chain|chain/);
  expect(report).toContain('What other sessions read is not');
});

test('[I25] SOX and HIPAA ask for what is theirs', async () => {
  const sox = await audit.reports.report({ ...range, regulation: 'SOX', format: 'markdown' });
  expect(sectionOf(sox, 'Changes of the system')).toContain('| 2026-03-05 00:00:00 | ann@acme.example | acme | ddl.drop-table |');
  expect(sectionOf(sox, 'Changes of financial data')).toContain('| update |');
  expect(sectionOf(sox, 'Roles and accounts')).toContain('access.rotate');
  const hipaa = await audit.reports.report({ ...range, regulation: 'HIPAA', format: 'markdown' });
  expect(sectionOf(hipaa, 'Who read health data')).toContain('| 21 |');
  expect(sectionOf(hipaa, 'Refused attempts and alarms')).toContain('security.unauthorized_access');
  expect(hipaa).not.toContain('ddl.drop-table');
});

test('[I25] the evidence gives what the report says when somebody else runs it', async () => {
  const report = await audit.reports.report({ ...range, regulation: 'GDPR', format: 'markdown' });
  const evidence = /```sql\n(-- (.*)\n[\s\S]*?)\n```/.exec(sectionOf(report, 'Who read personal data'));
  const [, sql = '', given = ''] = evidence ?? [];
  const values = JSON.parse(given) as Record<string, unknown>;
  const { rows } = await client.query(sql, Object.values(values));
  expect(rows).toMatchObject([{ target_id: 'clinic.patients', events: 3, rows: '21' }]);
});

test('[I25] as one page of HTML it says the same', async () => {
  const html = await audit.reports.report({ ...range, regulation: 'GDPR', format: 'html' });
  expect(html).toContain('<td>ann@acme.example</td><td>acme</td><td>clinic.patients</td><td>read</td><td>care | cure</td>');
});
