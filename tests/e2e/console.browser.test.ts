import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith, spawnScript, type TestChild } from '../support/index.ts';
import { serverFolder } from '../support/server-folder.ts';
import { inspect, launch, settle, sizes, visit, watch } from './browser/session.ts';

const script = (path: string) => new URL(`../../${path}`, import.meta.url);
const tenant = 'northlight-labs';
const attached = [
  'From: Zoë <zoe@example.org>',
  'To: ann@example.com',
  'Subject: A drawing for you',
  'Message-ID: <drawing@example.org>',
  'Date: Mon, 01 Jun 2026 10:00:00 +0200',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Here it is.',
  '--b',
  'Content-Type: image/svg+xml',
  'Content-Disposition: attachment; filename="drawing.svg"',
  '',
  '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
  '--b--',
  '',
].join('\r\n');

describeWith('chromium', 'the console in a browser, on the demo', (chromium) => {
  let folder: string;
  let up: TestChild;
  let origin: string;
  let browser: Browser;
  let signedIn: Awaited<ReturnType<BrowserContext['storageState']>>;
  const base = () => [
    '--config',
    fileURLToPath(script('tests/e2e/browser/console.config.ts')),
    '--data',
    join(folder, 'data'),
    '--http-port',
    '0',
  ];

  beforeAll(async () => {
    folder = await serverFolder('plinth-console-');
    // Vitest sets NODE_ENV, which would make it a development build.
    await using build = spawnScript(script('scripts/build-console.ts'), { env: { NODE_ENV: 'production' } });
    expect((await build.exit()).code, build.output()).toBe(0);
    up = spawnScript(script('bin/plinth.js'), { args: [...base(), 'up', '--demo'], cwd: folder });
    await up.line(/ready in/, 180_000);
    const link = /sign in +(\S+)/.exec(up.output())?.[1] ?? '';
    origin = new URL(link).origin;
    const file = join(folder, 'drawing.eml');
    await writeFile(file, attached);
    await using imported = spawnScript(script('bin/plinth.js'), {
      args: [...base(), 'import', 'mail', file, '--tenant', tenant],
      cwd: folder,
    });
    expect((await imported.exit()).code, imported.output()).toBe(0);

    browser = await launch(chromium);
    await using first = await watch(browser, origin);
    await first.page.goto(link);
    await first.page.getByRole('heading', { name: 'Welcome' }).waitFor();
    await inspect(first.page, 'welcome');
    expect(first.page.url()).toBe(`${origin}/sign-in`);
    await first.page.getByLabel('Name').fill('ann');
    await first.page.getByLabel('Password').fill('correct horse battery');
    await first.page.getByRole('button', { name: 'Save and continue' }).click();
    await first.page.getByRole('heading', { name: 'Overview' }).waitFor();
    signedIn = await first.context.storageState();
    expect(first.faults).toEqual([]);
    const reason = 'walking through the console';
    for (const words of [
      ['staff', 'add', 'ann'],
      ['break-glass', 'open', tenant, '--staff', 'ann', '--reason', reason, '--minutes', '300'],
    ]) {
      await using command = spawnScript(script('bin/plinth.js'), { args: [...base(), 'tenancy', ...words], cwd: folder });
      expect((await command.exit()).code, command.output()).toBe(0);
    }
  });

  afterAll(async () => {
    await browser?.close();
    up?.signal('SIGINT');
    await up?.exit();
    await rm(folder, { recursive: true, force: true });
  });

  const pages: readonly (readonly [name: string, path: string, shows: string | RegExp])[] = [
    ['overview', '/', /sessions running a statement/i],
    ['tables', '/tables', 'email_messages'],
    ['table', '/tables/content/content/objects', 'blob_id'],
    ['table-rows', `/tables/content/content/objects?view=rows&tenant=${tenant}`, 'text/plain'],
    ['table-indexes', '/tables/content/content/objects?view=indexes', 'primary key'],
    ['table-policies', '/tables/content/content/objects?view=policies', /current_tenant_id/],
    ['tenants', '/tenants', tenant],
    ['tenants-isolation', '/tenants?view=isolation&q=content.objects', 'content.objects'],
    ['tenants-usage', '/tenants?view=usage', 'The minute before this'],
    ['tenant', `/tenants/${tenant}`, 'Members'],
    ['mail', `/mail?tenant=${tenant}`, /Re: |Threads of/],
    ['mail-search', `/mail?tenant=${tenant}&q=drawing`, 'A drawing for you'],
    ['content', '/content', 'Where the bytes went'],
    ['pools', '/pools', 'normal'],
    ['jobs', '/jobs', 'No job waits longer than 4 hours'],
    ['jobs-dead', `/jobs?view=dead&tenant=${tenant}`, 'Error: the printer at <address> does not answer'],
    ['jobs-schedules', '/jobs?view=schedules', 'Calendar'],
    ['privacy', '/privacy', 'email_messages'],
    ['privacy-findings', '/privacy?view=findings', 'Scan now'],
    ['privacy-processing', '/privacy?view=processing', 'Accounts and billing'],
    ['access', '/access', /A07/],
    ['access-matrix', '/access?view=matrix&q=tenancy', 'tenancy.tenants'],
    ['access-roles', '/access?view=roles', 'plinth_monitor'],
    ['access-passwords', '/access?view=credentials', 'Passwords that were given'],
    ['access-certificates', '/access?view=certificates', 'authority'],
    ['migrations', '/migrations?q=tenancy', /tenancy\/0001/],
    ['migrations-plan', '/migrations?view=plan', 'Nothing is pending'],
    ['migrations-history', '/migrations?view=history', 'completed'],
    ['migrations-data', '/migrations?view=data', 'Expand and contract'],
    ['migrations-drift', '/migrations?view=drift', 'as the last run left it'],
    ['tables-partitions', '/tables?view=partitions', 'written now'],
    ['audit', '/audit?action=migrate.', 'migrate.up'],
    ['audit-subject', '/audit?view=subject&subject=nobody', 'Nobody, as far as is on record'],
    ['audit-history', '/audit?view=history', 'Which row?'],
    ['audit-anomalies', '/audit?view=anomalies', 'Nothing unusual on record'],
    ['audit-chain', '/audit?view=chain', 'oltp'],
    ['migrations-diagram', '/migrations?view=diagram', /^campaign_steps$/],
  ];

  test('[R11] every page has data, no fault and nothing for axe to find: in light, in dark, and at 320 px', {
    timeout: 300_000,
  }, async () => {
    await using own = await watch(browser, origin, { state: signedIn });
    for (const [name, path, shows] of pages) {
      await own.page.setViewportSize(sizes.wide);
      await visit(own.page, path);
      await own.page.getByRole('main').getByText(shows).first().waitFor();
      await inspect(own.page, `${name}-light`);
      await own.page.emulateMedia({ colorScheme: 'dark' });
      await inspect(own.page, `${name}-dark`, 'colours');
      await own.page.emulateMedia({ colorScheme: 'light' });
      await own.page.setViewportSize(sizes.narrow);
      await own.page.getByRole('main').getByText(shows).first().waitFor();
      await inspect(own.page, `${name}-320`, 'layout');
    }
    await own.page.getByRole('button', { name: 'Pages' }).click();
    await own.page.getByRole('link', { name: 'Tenants', exact: true }).click();
    await own.page.getByRole('heading', { name: 'Tenants' }).waitFor();
    expect(own.faults).toEqual([]);
  });

  test('[R10] without a session every address leads to sign-in, and from there to where one wanted to go', async () => {
    await using own = await watch(browser, origin);
    await own.page.goto('/tables?q=objects&sort=name');
    await own.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await inspect(own.page, 'sign-in');
    await own.page.getByLabel('Name').fill('ann');
    await own.page.getByLabel('Password').fill('wrong');
    await own.page.getByLabel('Password').press('Enter');
    await own.page.getByRole('alert').getByText('Name or password is wrong').waitFor();
    await own.page.getByLabel('Password').fill('correct horse battery');
    await own.page.getByLabel('Password').press('Enter');
    await own.page.getByRole('heading', { name: 'Tables' }).waitFor();
    await settle(own.page);
    expect(new URL(own.page.url()).search).toBe('?q=objects&sort=name');
    expect(await own.page.getByRole('searchbox').inputValue()).toBe('objects');
    expect(await own.page.evaluate('document.cookie')).toBe('');
    await own.page.getByRole('button', { name: 'Sign out' }).click();
    await own.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await own.page.goto('/tables');
    await own.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    // The refused password is an answer of 401, which browsers report; nothing else may be.
    expect(own.faults.filter((fault) => !fault.includes('401'))).toEqual([]);
  });

  test('[R7] filter, order and tenant stand in the address, and going back restores them', async () => {
    await using own = await watch(browser, origin, { state: signedIn });
    const { page } = own;
    await visit(page, '/tables');
    await page.getByRole('searchbox', { name: 'Filter tables' }).fill('content.');
    await page.getByRole('button', { name: 'Table' }).click();
    await page.getByRole('main').getByRole('combobox').selectOption('content');
    await page.getByRole('banner').getByRole('combobox').selectOption(tenant);
    await page.waitForURL((url) => ['q=content.', 'sort=', 'tier=content', `tenant=${tenant}`].every((part) => url.search.includes(part)));
    const address = page.url();
    const first = await page.locator('tbody a').first().textContent();
    await page.locator('tbody a').first().click();
    await page.waitForURL(/\/tables\/content\/content\//);
    expect(page.url()).toContain(`tenant=${tenant}`);
    await page.goBack();
    await settle(page);
    expect(page.url()).toBe(address);
    await visit(page, address);
    expect(await page.locator('tbody a').first().textContent()).toBe(first);
    expect(await page.getByRole('columnheader', { name: 'Table' }).getAttribute('aria-sort')).toBe('ascending');
    expect(own.faults).toEqual([]);
  });

  test('[R7] a list of 10,000 rows keeps a few in the document and reaches the last', async () => {
    await using own = await watch(browser, origin, { state: signedIn });
    const tables = Array.from({ length: 10_000 }, (_, i) => ({
      ...{ tier: 'oltp', schema: 'big', comment: null, rowEstimate: i, hasTenants: false, isPartitioned: false },
      table: `t${String(i).padStart(5, '0')}`,
      sizeBytes: i,
    }));
    await own.page.route('**/api/console/tables', (route) => route.fulfill({ json: { tables } }));
    await visit(own.page, '/tables?sort=name');
    await own.page.getByText('10,000 rows').waitFor();
    expect(await own.page.locator('tbody tr').count()).toBeLessThan(80);
    await own.page.getByRole('region', { name: 'tables' }).focus();
    await own.page.keyboard.press('End');
    await own.page.getByText('t09999').waitFor();
    expect(await own.page.locator('tbody tr').count()).toBeLessThan(80);
    expect(own.faults).toEqual([]);
  });

  test('[R7] everything can be reached by keyboard, and focus goes where one went', async () => {
    await using own = await watch(browser, origin, { state: signedIn });
    const { page } = own;
    await visit(page, '/');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.getByRole('link', { name: 'Tables', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Tables' }).waitFor();
    await settle(page);
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    // Past the two views of the page to the filter.
    for (let press = 0; press < 3; press++) await page.keyboard.press('Tab');
    await page.keyboard.type('email_content');
    await page.getByText(/^\d+ of \d+ rows$/).waitFor();
    await page.locator('tbody a').first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'content.email_content' }).waitFor();
    expect(own.faults).toEqual([]);
  });

  test('mail: search, read, see the source, download what is attached', async () => {
    await using own = await watch(browser, origin, { state: signedIn });
    const { page } = own;
    await visit(page, '/mail');
    await page.getByRole('main').getByRole('combobox').selectOption(tenant);
    await page.getByRole('searchbox', { name: 'Search mail' }).fill('drawing');
    await page.getByRole('link', { name: /A drawing for you/ }).click();
    await page.locator('.message-text').getByText('Here it is.').waitFor();
    await page.getByRole('button', { name: 'Show source' }).click();
    await page.getByText('Content-Type: multipart/mixed; boundary=b').waitFor();
    await inspect(page, 'mail-source');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /drawing.svg/ }).click()]);
    expect(download.suggestedFilename()).toBe('drawing.svg');
    // Opened as a page it is still a download: no script of a message runs in our origin.
    const bytes = await page.request.get(
      await page.getByRole('link', { name: /drawing.svg/ }).evaluate((link) => (link as { href?: string }).href ?? ''),
    );
    expect(bytes.headers()).toMatchObject({
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    });
    expect(bytes.headers()['content-disposition']).toMatch(/^attachment/);
    expect(own.faults).toEqual([]);
  });

  test('jobs: ten are redriven before the rest, a timetable is fired, a running job is cancelled', async () => {
    await using own = await watch(browser, origin, { state: signedIn });
    const { page } = own;
    const dialog = page.getByRole('dialog');
    const confirm = async (label: string, says: string | RegExp) => {
      await dialog.getByRole('button', { name: label }).click();
      await dialog.getByText(says).waitFor();
    };
    const group = page.getByRole('listitem').filter({ hasText: 'the printer at <address>' });
    await visit(page, '/jobs?view=dead');
    await group.getByRole('button', { name: 'Redrive all 24' }).click();
    await confirm('Redrive all 24', /nobody knows whether their cause is gone/);
    await page.keyboard.press('Escape');

    await page.getByRole('link', { name: 'Schedules' }).click();
    await page.getByRole('row').filter({ hasText: 'demo.repair' }).getByRole('button', { name: 'Run now' }).click();
    await inspect(page, 'jobs-question');
    await confirm('Run now', '1 job is enqueued.');
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('link', { name: 'repair', exact: true }).click();
    await page.getByRole('region', { name: 'Past times' }).getByRole('link', { name: 'open' }).click();
    await page.getByRole('main').getByText('completed').first().waitFor();
    await page.getByText('Enqueued by a schedule').waitFor();
    await page.getByRole('button', { name: 'Clone' }).click();
    await dialog.getByLabel('Payload').fill('{"title": ');
    await confirm('Clone', /The payload is not JSON/);
    await dialog.getByLabel('Payload').fill('{}');
    await confirm('Clone', /It is enqueued/);
    await dialog.getByRole('button', { name: 'Close' }).click();

    await visit(page, '/jobs?view=dead');
    await group.getByRole('button', { name: 'Redrive ten first' }).click();
    await confirm('Redrive ten first', /10 jobs were enqueued again, 14 are left/);
    await dialog.getByRole('button', { name: 'Close' }).click();
    // By the event stream.
    await group.getByText('10 of 10 completed').waitFor();
    await group.getByRole('button', { name: 'Redrive all 14' }).click();
    await confirm('Redrive all 14', /14 jobs were enqueued again/);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await group.waitFor({ state: 'detached' });

    await page.getByRole('link', { name: 'All jobs' }).click();
    await page.getByLabel('State').selectOption('running');
    await page.getByRole('link', { name: 'demo.watch' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await confirm('Cancel', /Its worker is told to end it/);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.getByText('cancelled', { exact: true }).first().waitFor();
    await inspect(page, 'job');
    for (const view of ['list', 'queues', 'workers', 'alerts']) {
      await visit(page, `/jobs?view=${view}`);
      await inspect(page, `jobs-${view}`);
    }
    const rule = page.getByRole('row').filter({ hasText: 'Many runs fail' });
    await rule.getByRole('button', { name: 'Change' }).click();
    await dialog.getByLabel(/Fires while/).fill('40');
    await confirm('Change', 'It is looked at so from now on.');
    await dialog.getByRole('button', { name: 'Close' }).click();
    await rule.getByText('40 %').waitFor();

    await page.getByRole('link', { name: 'Batches' }).click();
    await page.getByRole('link', { name: 'month end' }).click();
    const step = page.locator('.flow-step[data-state=cancelled]');
    await step.waitFor();
    await inspect(page, 'jobs-flow');
    await step.click();
    await page.getByText('Step publish of a flow').waitFor();
    expect(own.faults.filter((fault) => !fault.includes('409'))).toEqual([]);
  });

  test('[R9] one stream feeds the page; a hidden tab has none', async () => {
    await using own = await watch(browser, origin, { state: signedIn });
    const { page } = own;
    const streams: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/api/events')) streams.push(request.url());
    });
    await visit(page, '/');
    await page.locator('.live[data-state=live]').waitFor();
    expect(streams).toHaveLength(1);
    const hide = (isHidden: boolean) =>
      page.evaluate(
        `Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))`,
      );
    await hide(true);
    await page.locator('.live[data-state=paused]').waitFor();
    await hide(false);
    await page.locator('.live[data-state=live]').waitFor();
    expect(streams).toHaveLength(2);
    await page.getByText(/[1-9]\d* transactions/).waitFor();
    expect(own.faults).toEqual([]);
  });

  test('[R1] the first page needs less than 350 kB', async () => {
    await using own = await watch(browser, origin, { state: signedIn });
    const sizes: Promise<number>[] = [];
    own.page.on('requestfinished', (request) => {
      if (/\.(js|css)$/.test(request.url())) sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
    });
    await visit(own.page, '/');
    await own.page.locator('.chart canvas').waitFor();
    const transferredBytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    expect(transferredBytes).toBeGreaterThan(50_000);
    expect(transferredBytes).toBeLessThan(350_000);
  });
});
