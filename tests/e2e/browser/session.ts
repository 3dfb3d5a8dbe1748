import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { expect } from 'vitest';

const screenshots = fileURLToPath(new URL('../../../console/screenshots/', import.meta.url));
/** A hundred pictures take half a minute, and only people look at them. */
const isPictured = process.env.PLINTH_SCREENSHOTS === '1';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Windows that pages are looked at in, in CSS pixels. */
export const sizes = { wide: { width: 1360, height: 860 }, narrow: { width: 320, height: 860 } } as const;

/** A browser without any traffic of its own. */
export function launch(executablePath: string): Promise<Browser> {
  if (isPictured) mkdirSync(screenshots, { recursive: true });
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page whose console errors and requests to anywhere but `origin` are collected in `faults`. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Empty as long as all is well. */
  readonly faults: readonly string[];
}

export async function watch(
  browser: Browser,
  origin: string,
  options: {
    readonly state?: Awaited<ReturnType<BrowserContext['storageState']>>;
  } = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    baseURL: origin,
    viewport: sizes.wide,
    colorScheme: 'light',
    ...(options.state && { storageState: options.state }),
  });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.stack}`));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) faults.push(`request to ${request.url()}`);
  });
  return { page, context, faults, [Symbol.asyncDispose]: () => context.close() };
}

/** Opens a page and waits until it shows what it asked for. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await settle(page);
}

/** Waits until nothing on the page is being loaded. */
export async function settle(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('.loading').first().waitFor({ state: 'detached' });
}

/** What colours alone decide; it takes axe longer than all the rest. */
const colours = ['color-contrast', 'link-in-text-block'] as const;

/** Keeps a picture where they are wanted, and checks what every page owes everybody; what colours decide, or what they do not, only where no more has changed. */
export async function inspect(page: Page, name: string, what: 'all' | 'colours' | 'layout' = 'all'): Promise<void> {
  if (isPictured) await page.screenshot({ path: `${screenshots}${name}.png` });
  const overflowPx = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  expect(overflowPx, `${name} is wider than the window`).toBe(0);
  if (!(await page.evaluate('Boolean(window.axe)'))) await page.evaluate(`(() => { ${axe} })()`);
  const runOnly = what === 'colours' ? { type: 'rule', values: colours } : { type: 'tag', values: standards };
  const rules = what === 'layout' ? Object.fromEntries(colours.map((rule) => [rule, { enabled: false }])) : {};
  const violations = await page.evaluate(
    `axe.run(document, ${JSON.stringify({ runOnly, rules })}).then(({ violations }) => violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html).join(' ')))`,
  );
  expect(violations, `axe on ${name}`).toEqual([]);
}
