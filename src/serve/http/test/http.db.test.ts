import { once } from 'node:events';
import { createServer, request as rawRequest } from 'node:http';
import { request as rawTlsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type TestPlatform, testPlatform } from '../../../../tests/support/platform.ts';
import { until } from '../../../../tests/support/until.ts';
import type { Connect } from '../../../foundation/connect/index.ts';
import {
  createEventBus,
  defineErrors,
  type KernelEvents,
  type RouteDescriptor,
  silentLog,
  systemClock,
  Type,
  withDefaults,
} from '../../../kernel/index.ts';
import { type ConsoleRole, type Http, type HttpOptions, httpOptions, openHttp } from '../index.ts';

const errors = defineErrors('TEST', {
  TEAPOT: { httpStatus: 418, message: (d: { what: string }) => `This is a ${d.what}. Ask another one.` },
});

const bytes = async function* (...chunks: readonly (string | Error)[]) {
  for (const chunk of chunks) {
    if (chunk instanceof Error) throw chunk;
    yield Buffer.from(chunk);
  }
};

let asked = 0;
const route = (path: string, handler: RouteDescriptor['handler'], rest: Partial<RouteDescriptor> = {}): RouteDescriptor => ({
  method: 'GET',
  path,
  summary: path,
  role: 'viewer',
  handler,
  ...rest,
});
const routes: readonly RouteDescriptor[] = [
  route('/test/viewer', async () => ({ ok: true })),
  route('/test/operator', async () => ({ ok: true }), { role: 'operator' }),
  route('/test/admin', async () => ({ ok: true }), { role: 'admin' }),
  route('/test/change', async ({ body }) => body, { method: 'POST', body: Type.Object({ n: Type.Integer() }) }),
  route('/test/who', async ({ account }) => ({ account })),
  route('/test/number', async ({ query }) => query, { query: Type.Object({ n: Type.Integer({ minimum: 1 }) }) }),
  route('/test/coded', () => Promise.reject(errors.TEAPOT({ what: 'teapot' }))),
  route('/test/bug', () => Promise.reject(new Error('secret detail'))),
  route('/test/sql', async ({ use }) =>
    use<Connect>('connect').transaction({ tier: 'oltp', as: 'owner', tag: 'test.sql' }, (tx) =>
      tx.query({ text: 'select secret_column from pg_class' }),
    ),
  ),
  route('/test/cost', async ({ use }) => {
    await use<Connect>('connect').transaction({ tier: 'oltp', as: 'owner', tag: 'test.cost' }, (tx) =>
      tx.query({ text: 'select pg_sleep(0.02)' }),
    );
    return {};
  }),
  route('/test/live', async () => ({ asked: ++asked })),
  route('/test/stream', async () => ({ stream: bytes('<script>', 'x</script>'), contentType: 'text/html', fileName: 'a "b"\r\nü\'.html' })),
  route('/test/damaged', async () => ({
    stream: bytes(errors.TEAPOT({ what: 'damaged object' })),
    contentType: 'text/plain',
    fileName: 'x',
  })),
  route('/test/torn', async () => ({ stream: bytes('begin', new Error('torn')), contentType: 'text/plain' })),
];

let platform: TestPlatform;
let http: Http;
let events: KernelEvents['security'][] = [];
const opened: AsyncDisposable[] = [];

async function open(options: Partial<HttpOptions> = {}): Promise<Http> {
  const bus = createEventBus();
  events = [];
  bus.on('security', (event) => events.push(event));
  const http = await openHttp(
    {
      connect: platform.use<Connect>('connect'),
      routes,
      use: platform.use,
      clock: systemClock,
      log: silentLog,
      events: bus,
      staticDir: path.join(import.meta.dirname, 'fixtures/site'),
    },
    withDefaults(httpOptions, { port: 0, ...options }),
  );
  opened.push(http);
  return http;
}

/** A signed-in browser, as far as headers go. */
interface Visitor {
  get(path: string): Promise<Response>;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
}

function visit(http: Http, cookie = '', csrf = ''): Visitor {
  return {
    get: (path) => fetch(`${http.url}${path}`, { headers: { cookie } }),
    send: (method, path, body, headers = {}) =>
      fetch(`${http.url}${path}`, {
        method,
        headers: {
          cookie,
          origin: http.url,
          'x-plinth-csrf': csrf,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? null : JSON.stringify(body),
      }),
  };
}

async function enter(http: Http, token: string): Promise<Visitor> {
  const response = await visit(http).send('POST', '/api/http/session/link', { token });
  expect(response.status).toBe(200);
  const { csrfToken } = (await response.json()) as { csrfToken: string };
  return visit(http, response.headers.getSetCookie()[0]?.split(';')[0], csrfToken);
}

async function signInAs(http: Http, role: ConsoleRole): Promise<Visitor> {
  const account = await http.accounts.add(`${role}-${crypto.randomUUID().slice(0, 8)}`, role);
  return enter(http, await http.accounts.issueLink(account.name));
}

beforeAll(async () => {
  platform = await testPlatform();
  http = await open();
});
afterEach(async () => {
  for (const extra of opened.splice(1)) await extra[Symbol.asyncDispose]();
});
afterAll(async () => {
  for (const one of opened) await one[Symbol.asyncDispose]();
  await platform[Symbol.asyncDispose]();
});

test('[I1] each role may do what it may and no more; nobody nothing', async () => {
  const allowed = { viewer: ['viewer'], operator: ['viewer', 'operator'], admin: ['viewer', 'operator', 'admin'] } as const;
  for (const [role, paths] of Object.entries(allowed)) {
    const visitor = await signInAs(http, role as ConsoleRole);
    for (const needed of ['viewer', 'operator', 'admin'] as const) {
      const { status } = await visitor.get(`/api/test/${needed}`);
      expect({ role, needed, status }).toEqual({ role, needed, status: (paths as readonly string[]).includes(needed) ? 200 : 403 });
    }
  }
  for (const { method, path } of routes) expect((await visit(http).send(method, `/api${path}`)).status).toBe(401);
  expect(await (await visit(http).get('/api/http/session')).json()).toEqual({ account: null });
});

test('[I1] a handler learns who asks', async () => {
  const visitor = await signInAs(http, 'operator');
  const { account } = (await (await visitor.get('/api/http/session')).json()) as { account: { name: string } };
  expect(await (await visitor.get('/api/test/who')).json()).toEqual({ account: { name: account.name, role: 'operator' } });
});

test('[I2] the cookie is HttpOnly, SameSite=Strict and named by port; signing out ends it', async () => {
  const account = await http.accounts.add('cookie', 'viewer');
  const response = await visit(http).send('POST', '/api/http/session/link', { token: await http.accounts.issueLink(account.name) });
  expect(response.headers.getSetCookie()).toEqual([
    expect.stringMatching(new RegExp(`^plinth_${http.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=\\d+$`)),
  ]);
  const { csrfToken } = (await response.json()) as { csrfToken: string };
  const visitor = visit(http, response.headers.getSetCookie()[0]?.split(';')[0], csrfToken);
  expect((await visitor.get('/api/test/viewer')).status).toBe(200);
  expect((await visitor.send('DELETE', '/api/http/session')).headers.getSetCookie()).toEqual([expect.stringContaining('Max-Age=0')]);
  expect((await visitor.get('/api/test/viewer')).status).toBe(401);
});

test('[I2] an ended session is not accepted', async () => {
  const visitor = await signInAs(http, 'viewer');
  await platform.databases.oltp.client.query("update http.sessions set created = now() - interval '2 h', expires = now() - interval '1 h'");
  expect((await visitor.get('/api/test/viewer')).status).toBe(401);
});

test('[I3] what changes something needs our origin and the token of the session', async () => {
  const visitor = await signInAs(http, 'viewer');
  events.length = 0;
  const send = async (headers: Record<string, string>) => (await visitor.send('POST', '/api/test/change', { n: 1 }, headers)).status;
  expect(await send({})).toBe(200);
  expect(await send({ origin: 'http://evil.example' })).toBe(403);
  expect(await send({ origin: 'null' })).toBe(403);
  expect(await send({ 'sec-fetch-site': 'same-site' })).toBe(403);
  expect(await send({ 'x-plinth-csrf': 'x'.repeat(43) })).toBe(403);
  expect(await send({ 'x-plinth-csrf': '' })).toBe(403);
  const signIn = await visit(http).send('POST', '/api/http/session', { name: 'a', password: 'b' }, { origin: 'http://evil.example' });
  expect(signIn.status).toBe(403);
  expect(events.filter((event) => event.eventType === 'console.refused')).toHaveLength(6);
});

test('[I4] guessing is slowed down and noted, also for who then guesses right', async () => {
  const own = await open();
  const visitor = await signInAs(own, 'viewer');
  const name = `guessed-${own.port}`;
  expect((await visitor.send('PUT', '/api/http/account', { name, password: 'correct horse battery' })).status).toBe(200);
  events.length = 0;
  const sign = (password: string) => visit(own).send('POST', '/api/http/session', { name, password });
  for (let i = 0; i < 5; i++) expect((await sign(`wrong ${i}`)).status).toBe(401);
  const limited = await sign('correct horse battery');
  expect(limited.status).toBe(429);
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await limited.json()).toMatchObject({ code: 'PLINTH_HTTP_TOO_MANY_TRIES', isRetryable: true });
  expect(events).toHaveLength(6);
  expect(events[0]).toMatchObject({ eventType: 'console.sign_in_failed', success: false, severity: 'medium' });
});

test('[I4] name and password sign in; an unknown name is refused like a wrong password', async () => {
  const own = await open();
  const visitor = await signInAs(own, 'operator');
  const name = `named-${own.port}`;
  const set = (password: string) => visitor.send('PUT', '/api/http/account', { name, password });
  expect(await (await set('short')).json()).toMatchObject({ code: 'PLINTH_HTTP_WEAK_PASSWORD' });
  expect((await set('correct horse battery')).status).toBe(200);
  expect(await (await set('another horse battery')).json()).toMatchObject({ code: 'PLINTH_HTTP_PASSWORD_SET' });
  const sign = async (given: string, password: string) =>
    (await visit(own).send('POST', '/api/http/session', { name: given, password })).json();
  expect(await sign(name.toUpperCase(), 'correct horse battery')).toMatchObject({ account: { name, role: 'operator' } });
  const unknown = (await sign('nobody', 'x')) as { message: string };
  const wrong = (await sign(name, 'x')) as { message: string };
  expect(unknown.message).toBe(wrong.message);
});

test('[I5] a link works once, not after its time, and takes the old password away', async () => {
  const { accounts } = http;
  const { name } = await accounts.add('linked', 'viewer');
  const first = await accounts.issueLink(name);
  const second = await accounts.issueLink(name);
  await expect(accounts.useLink(first)).rejects.toMatchObject({ code: 'PLINTH_HTTP_LINK_REFUSED' });
  const session = await accounts.useLink(second);
  await expect(accounts.useLink(second)).rejects.toMatchObject({ code: 'PLINTH_HTTP_LINK_REFUSED' });
  await accounts.setCredentials(session, name, 'correct horse battery');
  await accounts.useLink(await accounts.issueLink(name));
  await expect(accounts.signIn(name, 'correct horse battery')).rejects.toMatchObject({ code: 'PLINTH_HTTP_SIGN_IN_REFUSED' });
  const late = await accounts.issueLink(name);
  await platform.databases.oltp.client.query("update http.links set created = now() - interval '2 h', expires = now() - interval '1 h'");
  await expect(accounts.useLink(late)).rejects.toMatchObject({ code: 'PLINTH_HTTP_LINK_REFUSED' });
});

test('[I5] no token and no password stands in the database, and the application role reads none of it', async () => {
  const { client } = platform.databases.oltp;
  const account = await http.accounts.add('stored', 'viewer');
  const link = await http.accounts.issueLink(account.name);
  const session = await http.accounts.useLink(link);
  await http.accounts.setCredentials(session, account.name, 'correct horse battery');
  const { rows } = await client.query(
    'select (select json_agg(a) from http.accounts a)::text || (select json_agg(s) from http.sessions s)::text as everything',
  );
  for (const secret of [link, session.token, 'correct horse battery']) expect(rows[0].everything).not.toContain(secret);
  const granted = await client.query(
    "select relname from pg_class where relnamespace = 'http'::regnamespace and has_any_column_privilege('plinth_app', oid, 'select')",
  );
  expect(granted.rows).toEqual([]);
});

test('[I5] the last administrator stays', async () => {
  const admins = (await http.accounts.list()).filter((account) => account.role === 'admin');
  for (const admin of admins.slice(1)) await http.accounts.remove(admin.name);
  await expect(http.accounts.remove(admins[0]?.name ?? '')).rejects.toMatchObject({ code: 'PLINTH_HTTP_LAST_ADMIN' });
  await expect(http.accounts.remove('nobody-such')).rejects.toMatchObject({ code: 'PLINTH_HTTP_UNKNOWN_ACCOUNT' });
});

const tls = {
  tlsCertFile: path.join(import.meta.dirname, 'fixtures/test-cert.pem'),
  tlsKeyFile: path.join(import.meta.dirname, 'fixtures/test-key.pem'),
};

test('[I6] beyond loopback only with TLS and an administrator who has a password', async () => {
  await platform.databases.oltp.client.query('update http.accounts set password_verifier = null');
  const exposed = { code: 'PLINTH_HTTP_EXPOSED' };
  await expect(open({ host: '0.0.0.0' })).rejects.toMatchObject({
    ...exposed,
    details: { missing: [expect.any(String), expect.any(String)] },
  });
  await expect(open({ host: '0.0.0.0', ...tls })).rejects.toMatchObject({ ...exposed, message: expect.stringContaining('password') });
  const { name } = await http.accounts.add('first-admin', 'admin');
  await http.accounts.setCredentials(await http.accounts.useLink(await http.accounts.issueLink(name)), name, 'correct horse battery');
  await expect(open({ host: '0.0.0.0' })).rejects.toMatchObject({ ...exposed, message: expect.stringContaining('certificate') });
  const own = await open({ host: '0.0.0.0', ...tls });
  expect(own.url).toBe(`https://localhost:${own.port}`);
  expect(own.signInUrl).toBeUndefined();
  const ask = rawTlsRequest({
    host: '127.0.0.1',
    port: own.port,
    path: '/api/http/session',
    rejectUnauthorized: false,
    headers: { host: 'console.test' },
  });
  const [answer] = await once(ask.end(), 'response');
  expect(answer.statusCode).toBe(200);
  answer.resume();
});

test('[I6] a key that does not fit is refused by file', async () => {
  await expect(open({ ...tls, tlsKeyFile: tls.tlsCertFile })).rejects.toMatchObject({ code: 'PLINTH_HTTP_TLS_UNREADABLE' });
  await expect(open({ ...tls, tlsKeyFile: '/nonexistent' })).rejects.toMatchObject({ message: expect.stringContaining('/nonexistent') });
});

test('[I6] a foreign host name is not answered', async () => {
  const ask = rawRequest(`${http.url}/api/http/session`, { headers: { host: 'rebound.example' } });
  const [answer] = await once(ask.end(), 'response');
  expect(answer.statusCode).toBe(421);
  answer.resume();
});

test('[I7] failures are problems; what is inside stays inside', async () => {
  const visitor = await signInAs(http, 'viewer');
  const problem = async (path: string) => {
    const response = await visitor.get(path);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    return { ...((await response.json()) as object), http: response.status };
  };
  expect(await problem('/api/test/coded')).toMatchObject({
    http: 418,
    status: 418,
    code: 'PLINTH_TEST_TEAPOT',
    message: 'This is a teapot. Ask another one.',
    isRetryable: false,
  });
  for (const path of ['/api/test/bug', '/api/test/sql']) {
    const hidden = await problem(path);
    expect(hidden).toMatchObject({ http: 500, code: 'PLINTH_HTTP_UNEXPECTED' });
    expect(JSON.stringify(hidden)).not.toContain('secret');
  }
  expect(await problem('/api/test/number?n=0')).toMatchObject({ http: 400, code: 'PLINTH_HTTP_BAD_REQUEST' });
  expect(await problem('/api/test/none')).toMatchObject({ http: 404, code: 'PLINTH_HTTP_UNKNOWN_ROUTE' });
  expect(await (await visitor.get('/api/test/number?n=7')).json()).toEqual({ n: 7 });
  expect(await (await visitor.send('POST', '/api/test/change', { n: 'x' })).json()).toMatchObject({ status: 400 });
});

test('[I7] an answer says what it cost the database', async () => {
  const response = await (await signInAs(http, 'viewer')).get('/api/test/cost');
  const [, databaseMs] = /^db;dur=([\d.]+);desc="1", total;dur=[\d.]+$/.exec(response.headers.get('server-timing') ?? '') ?? [];
  expect(Number(databaseMs)).toBeGreaterThanOrEqual(20);
});

test('[I8] bytes are downloads that no browser runs', async () => {
  const visitor = await signInAs(http, 'viewer');
  const response = await visitor.get('/api/test/stream');
  expect(await response.text()).toBe('<script>x</script>');
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/html',
    'content-disposition': "attachment; filename*=UTF-8''a%20%22b%22%0D%0A%C3%BC%27.html",
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  });
});

test('[I8] a stream that fails is a problem before its first byte and a broken transfer after it', async () => {
  const visitor = await signInAs(http, 'viewer');
  const damaged = await visitor.get('/api/test/damaged');
  expect(damaged.status).toBe(418);
  expect(damaged.headers.get('content-disposition')).toBeNull();
  expect(await damaged.json()).toMatchObject({ code: 'PLINTH_TEST_TEAPOT' });
  const torn = await visitor.get('/api/test/torn');
  await expect(torn.text()).rejects.toThrow();
});

test('[I9] pages come with a policy without inline script, whatever their path; files that are not there are not pages', async () => {
  for (const path of ['/', '/mail?tenant=acme', '/tables/oltp/x/y']) {
    const response = await fetch(`${http.url}${path}`, { headers: { accept: 'text/html' } });
    expect(await response.text()).toContain('<title>site</title>');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'");
    expect(policy).not.toContain('unsafe');
    expect(response.headers.get('cache-control')).toBe('no-cache');
  }
  const asset = await fetch(`${http.url}/assets/app.js`);
  expect(asset.headers.get('cache-control')).toContain('immutable');
  for (const path of ['/assets/none.js', '/api/none']) expect((await visit(http).get(path)).status).toBe(404);
  for (const path of ['/../../http.db.test.ts', '/..%2f..%2fhttp.db.test.ts', '/assets/..%2f..%2f..%2fhttp.db.test.ts']) {
    const ask = rawRequest({ host: '127.0.0.1', port: http.port, path });
    const [answer] = await once(ask.end(), 'response');
    expect(Buffer.concat(await answer.toArray()).toString()).not.toContain('vitest');
  }
});

test('[I10] a topic is asked once for all who watch it, and not when nobody does', async () => {
  const visitor = await signInAs(http, 'viewer');
  const streams = await Promise.all([
    visitor.get('/api/events?path=/test/live'),
    visitor.get('/api/events?path=/test/live&path=/test/admin'),
  ]);
  for (const stream of streams) {
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
    let text = '';
    while (!text.includes('event: update')) text += Buffer.from((await reader.read()).value ?? []).toString();
    expect(text).toContain('"path":"/test/live","body":{"asked":1}');
    expect(text).not.toContain('/test/admin');
    await reader.cancel();
  }
  expect(asked).toBe(1);
  // The topic was closed with its last reader: the next one starts it anew.
  await until(
    async () => {
      const again = await visitor.get('/api/events?path=/test/live');
      const reader = (again.body as ReadableStream<Uint8Array>).getReader();
      let text = '';
      while (!text.includes('event: update')) text += Buffer.from((await reader.read()).value ?? []).toString();
      await reader.cancel();
      return asked >= 2;
    },
    { what: 'the topic asked anew' },
  );
});

test('[I10] closing ends event streams', async () => {
  const own = await open();
  const visitor = await signInAs(own, 'viewer');
  const stream = await visitor.get('/api/events?path=/test/live');
  await own[Symbol.asyncDispose]();
  await stream.text();
});

test('the next free port is taken', async () => {
  const taken = createServer();
  taken.listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const own = await open({ port });
  expect(own.port).toBeGreaterThan(port);
  taken.close();
});
