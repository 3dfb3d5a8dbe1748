import type { Connect, Transaction, WorkRequest } from '../../../foundation/connect/index.ts';
import { type EventBus, isUuid, messageOf, nilUuid, PlinthError, uuidv7 } from '../../../kernel/index.ts';
import type { SealedContext } from '../context.ts';
import type { AuditSink } from '../model/audit-sink.ts';
import type { MemberRole, Tenant } from '../model/types.ts';
import { breakGlassErrors } from './errors.ts';
import { onRecord, type Seen } from './on-record.ts';
import * as queries from './sql/queries/queries.gen.ts';
import type { BreakGlass, Glass, Grant, GrantRequest, StaffMember } from './types.ts';

export interface BreakGlassDeps {
  readonly connect: Connect;
  readonly events: EventBus;
  readonly context: SealedContext;
  readonly audit: () => AuditSink | undefined;
  /** By slug or id. @throws PLINTH_TENANCY_UNKNOWN_TENANT */
  find(slugOrId: string): Promise<Tenant>;
}

const leastReason = 10;
const mostMinutes = 480;

/** See `BreakGlass`. Holds nothing of its own: grants are rows, and asked for again before each transaction under them. */
export function openBreakGlass(deps: BreakGlassDeps): BreakGlass {
  const { connect, events, context } = deps;
  const inRegistry = <T>(work: (tx: Transaction) => Promise<T>, signal?: AbortSignal) =>
    connect.transaction({ tier: 'oltp', as: 'owner', priority: 'critical', tag: 'tenancy.break-glass', ...(signal && { signal }) }, work);

  const sink = () => {
    const audit = deps.audit();
    if (!audit) throw breakGlassErrors.NO_AUDIT();
    return audit;
  };

  async function findStaff(key: string): Promise<StaffMember> {
    const found = await inRegistry((tx) => queries.findStaff.first(tx, { key }));
    if (!found) throw breakGlassErrors.NOT_STAFF({ staff: key });
    return found;
  }

  async function findGrant(id: string, signal?: AbortSignal): Promise<{ readonly grant: Grant; readonly remainingMs: number }> {
    const row = isUuid(id) ? await inRegistry((tx) => queries.findGrant.first(tx, { id }), signal) : undefined;
    if (!row) throw breakGlassErrors.GLASS_CLOSED({ grant: id, reason: 'there is none with this id' });
    return { grant: toGrant(row), remainingMs: row.remaining_ms };
  }

  async function findRunning(id: string, signal?: AbortSignal) {
    const found = await findGrant(id, signal);
    const { endedBy, ended, isRunning, expires } = found.grant;
    if (isRunning) return found;
    const reason = ended ? `${endedBy} ended it ${ended.toISOString()}` : `its time was up ${expires.toISOString()}`;
    throw breakGlassErrors.GLASS_CLOSED({ grant: id, reason });
  }

  /** What was asked for and not given, for the trail and for whoever watches. */
  async function refuse(request: GrantRequest, error: unknown, known: { tenantId?: string; staffId?: string }): Promise<never> {
    const { tenantId, staffId } = known;
    const reason = error instanceof PlinthError ? error.code : messageOf(error);
    const what = { action: 'tenancy.break-glass.open', success: false, tenantId, userId: staffId };
    events.emit('security', {
      eventType: 'break_glass',
      severity: 'high',
      reason: `${reason}; staff ${request.staff}, tenant ${request.tenant}`,
      ...what,
    });
    const details = { staff: request.staff, tenant: request.tenant, refused: reason };
    await deps.audit()?.record({ kind: 'operation', purpose: request.reason, details, ...what });
    throw error;
  }

  async function judge(request: GrantRequest, known: { tenantId?: string; staffId?: string }) {
    const audit = sink();
    const staff = await findStaff(request.staff);
    known.staffId = staff.id;
    const tenant = await deps.find(request.tenant);
    known.tenantId = tenant.id;
    const reason = request.reason.trim();
    if (reason.length < leastReason) throw breakGlassErrors.NO_REASON({ reason, minimum: leastReason });
    const { minutes } = request;
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > mostMinutes)
      throw breakGlassErrors.BAD_MINUTES({ minutes, most: mostMinutes });
    return { audit, staff, tenant, reason, minutes, role: request.role ?? 'viewer' };
  }

  async function open(request: GrantRequest): Promise<Grant> {
    const known: { tenantId?: string; staffId?: string } = {};
    const { audit, staff, tenant, reason, minutes, role } = await judge(request, known).catch((error) => refuse(request, error, known));
    const id = uuidv7();
    // First the trail, then the grant: what is not on record is good for nothing.
    await audit.record({
      kind: 'operation',
      action: 'tenancy.break-glass.open',
      success: true,
      tenantId: tenant.id,
      userId: staff.id,
      target: { type: 'tenant', id: tenant.id },
      purpose: reason,
      details: { grantId: id, account: staff.account, role, minutes },
    });
    const row = { tenant_id: tenant.id, id, staff_member_id: staff.id, reason, role, minutes };
    await inRegistry((tx) => queries.insertGrant.run(tx, row));
    const words = `${staff.name} (${staff.account}) may reach rows of tenant ${tenant.slug} as ${role} for ${minutes} minutes: ${reason}`;
    events.emit('security', {
      eventType: 'break_glass',
      severity: 'high',
      action: 'tenancy.break-glass.open',
      success: true,
      tenantId: tenant.id,
      userId: staff.id,
      reason: `grant ${id}: ${reason}`,
    });
    events.emit('notified', { title: 'Break glass', message: words, severity: 'warning', category: 'security', data: { grantId: id } });
    return (await findGrant(id)).grant;
  }

  async function take(grantId: string): Promise<Glass> {
    const { grant } = await findRunning(grantId);
    const { tenantId, staff, reason, role } = grant;
    // The reading of a trail by itself is not under a grant.
    const record = (seen: Seen) =>
      context.outside(() =>
        sink().record({
          kind: 'access',
          action: 'tenancy.break-glass.access',
          success: true,
          tenantId,
          userId: staff.id,
          purpose: reason,
          ...seen,
          details: { grantId, ...seen.details },
        }),
      );
    const timeUp = (cause: unknown) =>
      breakGlassErrors.GLASS_CLOSED({ grant: grantId, reason: `its time was up ${grant.expires.toISOString()}` }, { cause });
    const pass = {
      subject: { tenantId, userId: staff.id, origin: { purpose: `break glass ${grantId}: ${reason}` } },
      role,
      remainingMs: async (signal: AbortSignal) => (await findRunning(grantId, signal)).remainingMs,
      watch: (request: WorkRequest) => onRecord(request, { record, timeUp }),
    };
    return {
      grant,
      run: (work) => context.withPass(pass, work),
      async *stream(pieces) {
        // Whoever reads a stream does so outside: each step is taken back in.
        const iterator = pieces[Symbol.asyncIterator]();
        try {
          for (;;) {
            const step = await context.withPass(pass, () => iterator.next());
            if (step.done) return;
            yield step.value;
          }
        } finally {
          await context.withPass(pass, async () => iterator.return?.());
        }
      },
    };
  }

  async function end(grantId: string, by: string): Promise<Grant> {
    const { grant } = await findGrant(grantId);
    const isEnded = (await inRegistry((tx) => queries.endGrant.run(tx, { id: grantId, ended_by: by }))) > 0;
    if (isEnded) {
      const { tenantId, staff } = grant;
      events.emit('audited', {
        action: 'tenancy.break-glass.end',
        success: true,
        tenantId,
        userId: staff.id,
        target: { type: 'tenant', id: tenantId },
        details: { grantId, endedBy: by },
      });
    }
    return (await findGrant(grantId)).grant;
  }

  return {
    open,
    take,
    async takeOf(account, tenantId) {
      const running = account && (await inRegistry((tx) => queries.findRunningGrant.first(tx, { tenant_id: tenantId, account })));
      if (!running) throw breakGlassErrors.GLASS_NEEDED({ tenant: (await deps.find(tenantId)).slug });
      return take(running.id);
    },
    async run(request, work) {
      const grant = await open(request);
      try {
        return await (await take(grant.id)).run(work);
      } finally {
        await end(grant.id, grant.staff.account);
      }
    },
    end,
    list: (tenantId) => inRegistry(async (tx) => (await queries.listGrants.all(tx, { tenant_id: tenantId ?? null })).map(toGrant)),
    async addStaff({ account, name }) {
      const key = account.trim().toLowerCase();
      const staff = await inRegistry((tx) => queries.putStaff.one(tx, { id: uuidv7(), account: key, name: name ?? key }));
      tellStaff('add', staff);
      return staff;
    },
    async removeStaff(account, by) {
      const staff = await findStaff(account);
      await inRegistry(async (tx) => {
        await queries.endGrantsOf.run(tx, { staff_member_id: staff.id, ended_by: by });
        await queries.deleteStaff.run(tx, { id: staff.id });
      });
      tellStaff('remove', staff);
    },
    staff: () => inRegistry((tx) => queries.listStaff.all(tx, {})),
  };

  function tellStaff(what: 'add' | 'remove', { id, account }: StaffMember): void {
    events.emit('audited', {
      action: `tenancy.staff.${what}`,
      success: true,
      tenantId: nilUuid,
      target: { type: 'staff member', id },
      details: { account },
    });
  }
}

function toGrant(row: queries.ListGrantsRow): Grant {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    slug: row.slug,
    staff: { id: row.staff_id, account: row.account, name: row.name },
    reason: row.reason,
    role: row.role as MemberRole,
    begun: row.begun,
    expires: row.expires,
    ...(row.ended && { ended: row.ended }),
    ...(row.ended_by !== null && { endedBy: row.ended_by }),
    isRunning: row.is_running,
  };
}
