import type { Connect, Transaction } from '../../foundation/connect/index.ts';
import { uuidv7 } from '../../kernel/index.ts';
import { tenancyErrors } from './errors.ts';
import { isSlug } from './model/slug.ts';
import type { Member, SecurityEvent, Tenancy, Tenant, TenantReplicas, TenantSummary } from './model/types.ts';
import {
  activateTenant,
  findTenant,
  insertTenant,
  listMembers,
  listSecurityEvents,
  listTenants,
  putMember,
  putUser,
} from './sql/queries/queries.gen.ts';

type Registry = Pick<Tenancy, 'list' | 'find' | 'members' | 'events' | 'addUser'> & {
  /** As `create`, for any slug that the table takes. */
  put(init: { readonly slug: string; readonly name?: string }): Promise<Tenant>;
  create: Tenancy['create'];
};

/** The tenants and their members: the truth in oltp, replicas through `replicas`. `membersChanged` brings those of a placed tenant after. */
export function openRegistry(connect: Connect, replicas: TenantReplicas, membersChanged: (tenant: Tenant) => Promise<void>): Registry {
  const asOwner = <T>(what: string, work: (tx: Transaction) => Promise<T>) =>
    connect.transaction({ tier: 'oltp', as: 'owner', tag: `tenancy.${what}` }, work);

  async function find(slugOrId: string): Promise<Tenant> {
    const found = await asOwner('find', (tx) => findTenant.first(tx, { key: slugOrId }));
    if (!found) throw tenancyErrors.UNKNOWN_TENANT({ tenant: slugOrId });
    return found as Tenant;
  }

  // Every tier has the tenant before it can be entered anywhere, and each step may be the last one before a crash.
  async function put({ slug, name = slug }: { readonly slug: string; readonly name?: string }): Promise<Tenant> {
    await asOwner('create', (tx) => insertTenant.run(tx, { id: uuidv7(), slug, name }));
    const tenant = await find(slug);
    if (tenant.state === 'provisioning') {
      await replicas.put(tenant);
      await asOwner('activate', (tx) => activateTenant.run(tx, { id: tenant.id }));
    }
    const truth = await find(slug);
    if (truth.state === 'provisioning') throw tenancyErrors.HALF_IMPORTED({ slug });
    await replicas.put(truth);
    return truth;
  }

  return {
    find,
    put,
    async create(init) {
      if (!isSlug(init.slug)) throw tenancyErrors.BAD_SLUG({ slug: init.slug });
      return put(init);
    },
    list: () => asOwner('list', async (tx) => (await listTenants.all(tx, {})).map(toSummary)),
    members: (tenantId) => asOwner('members', async (tx) => (await listMembers.all(tx, { tenant_id: tenantId })).map(toMember)),
    events: (tenantId) => asOwner('events', async (tx) => (await listSecurityEvents.all(tx, { tenant_id: tenantId })).map(toEvent)),
    async addUser({ tenantId, email: given, name, role }) {
      const email = given.trim().toLowerCase();
      const [localPart, domain] = email.split('@');
      if (!localPart || !domain) throw tenancyErrors.BAD_EMAIL({ email: given });
      const tenant = await find(tenantId);
      const added = await asOwner('add-user', async (tx) => {
        const { id } = await putUser.one(tx, { id: uuidv7(), email, name: name ?? localPart });
        await putMember.run(tx, { tenant_id: tenant.id, user_id: id, role });
        return { userId: id };
      });
      // Asked again, after: it may have been moved in between, with the members it had.
      await membersChanged(await find(tenant.id));
      return added;
    },
  };
}

function toSummary({ member_count, ...tenant }: Awaited<ReturnType<typeof listTenants.all>>[number]): TenantSummary {
  return { ...(tenant as Tenant), memberCount: member_count };
}

function toMember(row: Awaited<ReturnType<typeof listMembers.all>>[number]): Member {
  return { userId: row.id, email: row.email, name: row.name, role: row.role as Member['role'], created: row.created };
}

function toEvent(row: Awaited<ReturnType<typeof listSecurityEvents.all>>[number]): SecurityEvent {
  return {
    eventType: row.event_type,
    severity: row.severity as SecurityEvent['severity'],
    action: row.action_attempted,
    success: row.success,
    reason: row.failure_reason,
    userId: row.user_id,
    created: row.created,
  };
}
