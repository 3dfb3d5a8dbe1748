import { Readable } from 'node:stream';
import type { Transaction } from 'plinth/connect';
import type { Tenancy } from 'plinth/tenancy';
import { mailErrors } from '../errors.ts';
import { type ImportDeps, importMail } from '../import/importer.ts';
import { snippetOf } from '../model/text.ts';
import { findAnyLead, findPlan, putBodies, putInvoice, putSubscription } from '../sql/queries/queries.gen.ts';
import { copyRows } from './copy.ts';
import { mailboxOf } from './mailbox.ts';
import { account, campaignCount, members, type Plan, planTenant, rowId, stepNumber } from './plan.ts';
import { contentTables, oltpTables, type TableRows } from './rows.ts';
import { steps } from './words.ts';

export interface SeedDeps extends ImportDeps {
  readonly tenancy: Tenancy;
}

export interface SeedRequest {
  readonly tenants: number;
  /** 1 is 400 leads and about a thousand messages a tenant. */
  readonly scale: number;
  readonly seed: number;
  /** The end of the story; default: the beginning of today in UTC. */
  readonly until?: Date;
  /** Put before the tenants' slugs. */
  readonly prefix?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

export interface SeedSummary {
  /** `received`: messages of the conversations that followed, our answers among them. */
  readonly tenants: readonly { readonly slug: string; readonly leads: number; readonly sent: number; readonly received: number }[];
  /** Rows streamed by COPY, and how long that took. */
  readonly rows: number;
  readonly copyMs: number;
}

const deadlineMs = 3_600_000;

/**
 * Fills new tenants with an outreach product's story: companies, leads, campaigns with everything that became of their
 * messages, and the conversations that followed, imported as real mail. The same seed and end give the same data.
 *
 * @throws PLINTH_MAIL_NOT_EMPTY when one of the tenants has leads
 */
export async function seedMail(deps: SeedDeps, request: SeedRequest): Promise<SeedSummary> {
  const until = request.until ?? new Date(new Date().setUTCHours(0, 0, 0, 0));
  const tenants: SeedSummary['tenants'][number][] = [];
  let rows = 0;
  let copyMs = 0;
  for (let index = 0; index < request.tenants; index++) {
    const plan = planTenant(index, { seed: request.seed, scale: request.scale, until, prefix: request.prefix ?? '' });
    request.onProgress?.(`${plan.name}: ${plan.leads} leads …`);
    const tenant = await deps.tenancy.create({ slug: plan.slug, name: plan.name });
    const work = new TenantSeed(deps, plan, tenant.id, request.signal);
    await work.requireEmpty();
    for (const member of members(plan)) await deps.tenancy.addUser({ tenantId: tenant.id, ...member });
    const started = performance.now();
    const [oltp, content] = await Promise.all([
      work.copy('oltp', oltpTables),
      work.storeBodies().then(() => work.copy('content', contentTables)),
    ]);
    copyMs += performance.now() - started;
    rows += oltp.total + content.total;
    const received = await work.importMailboxes();
    tenants.push({ slug: plan.slug, leads: plan.leads, sent: content.byTable['content.email_messages'] ?? 0, received });
  }
  return { tenants, rows, copyMs };
}

class TenantSeed {
  readonly #deps: SeedDeps;
  readonly #plan: Plan;
  readonly #tenantId: string;
  readonly #signal: AbortSignal | undefined;

  constructor(deps: SeedDeps, plan: Plan, tenantId: string, signal: AbortSignal | undefined) {
    this.#deps = deps;
    this.#plan = plan;
    this.#tenantId = tenantId;
    this.#signal = signal;
  }

  #run<T>(tier: 'oltp' | 'content', as: 'owner' | 'tenant', work: (tx: Transaction) => Promise<T>): Promise<T> {
    const subject = as === 'owner' ? as : { tenantId: this.#tenantId };
    const signal = this.#signal ? { signal: this.#signal } : {};
    return this.#deps.connect.transaction(
      { tier, as: subject, tag: 'mail.seed', priority: 'batch', deadlineMs, isRetryable: false, ...signal },
      work,
    );
  }

  async requireEmpty(): Promise<void> {
    const found = await this.#run('oltp', 'tenant', (tx) => findAnyLead.first(tx, { tenant_id: this.#tenantId }));
    if (found) throw mailErrors.NOT_EMPTY({ slug: this.#plan.slug });
  }

  async copy(tier: 'oltp' | 'content', tables: readonly TableRows[]): Promise<{ total: number; byTable: Record<string, number> }> {
    const byTable: Record<string, number> = {};
    const tenantId = this.#tenantId;
    const plan = this.#plan;
    await this.#run(tier, 'owner', async (tx) => {
      for (const { table, columns, rows } of tables) {
        function* withTenant() {
          for (const row of rows(plan)) yield [tenantId, ...row];
        }
        byTable[table] = await copyRows(tx, table, ['tenant_id', ...columns], withTenant());
      }
      if (tier === 'oltp') await this.#subscribe(tx);
    });
    return { total: Object.values(byTable).reduce((sum, count) => sum + count, 0), byTable };
  }

  async #subscribe(tx: Transaction): Promise<void> {
    const { id: planId, price_cents: amount } = await findPlan.one(tx, { code: 'team' });
    const started = new Date(this.#plan.until.getTime() - 120 * 86_400_000);
    const subscription = rowId(this.#plan, 'plan', 0);
    await putSubscription.run(tx, { tenant_id: this.#tenantId, id: subscription, plan_id: planId, started });
    for (let month = 0; month < 4; month++) {
      const issued = new Date(started.getTime() + month * 30 * 86_400_000);
      await putInvoice.run(tx, {
        tenant_id: this.#tenantId,
        id: rowId(this.#plan, 'plan', 1 + month),
        subscription_id: subscription,
        number: `${issued.getUTCFullYear()}-${String(month + 1).padStart(4, '0')}`,
        amount_cents: amount,
        issued,
        due: new Date(issued.getTime() + 14 * 86_400_000),
        paid: month < 3 ? new Date(issued.getTime() + 6 * 86_400_000) : null,
      });
    }
  }

  /** The bodies of the campaign steps: what every message of a step shows. */
  async storeBodies(): Promise<void> {
    const subject = { tenantId: this.#tenantId };
    const rows: { id: string; object_id: string; path: string; snippet: string }[] = [];
    for (let campaign = 0; campaign < campaignCount; campaign++) {
      for (const [position, { body }] of steps.entries()) {
        // What all messages of a step share: without the name that only one of them has.
        const text = body.replaceAll(' {{first_name}}', '');
        const id = rowId(this.#plan, 'body', stepNumber(campaign, position));
        const stored = await this.#deps.content.put(
          subject,
          { kind: 'body', ownerTable: 'content.email_content', ownerId: id, contentType: 'text/plain', charset: 'utf-8' },
          Buffer.from(text),
        );
        rows.push({ id, object_id: stored.id, path: '1', snippet: snippetOf(text) });
      }
    }
    await this.#run('content', 'tenant', (tx) => putBodies.run(tx, { tenant_id: this.#tenantId, rows: JSON.stringify(rows) }));
  }

  async importMailboxes(): Promise<number> {
    let imported = 0;
    for (let number = 0; number < this.#plan.accounts; number++) {
      const summary = await importMail(this.#deps, {
        path: '-',
        input: Readable.from(mailboxOf(this.#plan, number)),
        tenantId: this.#tenantId,
        account: account(this.#plan, number).address,
        resume: false,
        ...(this.#signal && { signal: this.#signal }),
      });
      imported += summary.imported;
    }
    return imported;
  }
}
