import { distinctDatabases, type Session } from '../../../foundation/connect/index.ts';
import { hasCode, messageOf, type PlinthError, type Tier } from '../../../kernel/index.ts';
import { type Anchored, anchoredBy, type ChainDeps, describeUnlike, type Sealing, unlikeAnchors } from './sealing.ts';
import { checkChain, checkEvents, countTrail, listHeads } from './sql/queries/queries.gen.ts';
import type { ChainStatus, Finding, Verification, VerifyRequest } from './types.ts';

/** See `Chain.verify`. */
export async function verifyTrail(deps: ChainDeps, sealing: Sealing, request: VerifyRequest): Promise<Verification> {
  const { connect, clock } = deps;
  const started = clock.monotonicMs();
  const status: ChainStatus[] = [];
  const findings: Finding[] = [];
  let anchoredHeads = 0;
  for (const tier of distinctDatabases(connect)) {
    request.signal?.throwIfAborted();
    if (request.accept !== undefined) await accept(deps, sealing, tier, request.accept, request.signal);
    const { anchored, problem } = await readAnchors(sealing, tier);
    if (problem) findings.push(problem);
    else await sealFirst(deps, sealing, tier, request);
    await using session = await connect.session({ tier, tag: 'audit.verify', ...(request.signal && { signal: request.signal }) });
    const counted = await statusOf(tier, session);
    request.onProgress?.(`${tier}: ${counted.sealedEvents} events in ${counted.blocks} blocks`);
    status.push(counted);
    anchoredHeads += anchored.all.length;
    findings.push(...(await checkTier(tier, session, anchored)));
  }
  return { status, findings, anchoredHeads, durationMs: Math.round(clock.monotonicMs() - started) };
}

export async function statusOf(tier: Tier, session: Session): Promise<ChainStatus> {
  const { blocks, sealed, unsealed, sealed_last: last } = await countTrail.one(session, {});
  return { tier, blocks, sealedEvents: sealed, unsealedEvents: unsealed, ...(last && { sealed: last }) };
}

/** The anchors of a tier; where they are damaged, what is damaged. */
async function readAnchors(sealing: Sealing, tier: Tier): Promise<{ anchored: Anchored; problem?: Finding }> {
  try {
    return { anchored: await sealing.anchored(tier) };
  } catch (error) {
    if (!hasCode(error, 'PLINTH_AUDIT_BROKEN_ANCHOR')) throw error;
    return { anchored: anchoredBy([]), problem: { tier, what: 'anchor', detail: messageOf(error) } };
  }
}

/** What is final is proven with the rest. Where that cannot be done, the checks will say why. */
async function sealFirst({ log }: ChainDeps, sealing: Sealing, tier: Tier, { signal }: VerifyRequest): Promise<void> {
  try {
    await sealing.lead(tier, (session) => sealing.sealTier(tier, session), signal);
  } catch (error) {
    if (!['PLINTH_AUDIT_ROLLED_BACK', 'PLINTH_AUDIT_SEALING_ELSEWHERE'].includes((error as PlinthError).code)) throw error;
    log.warn(`audit: ${messageOf(error)}`);
  }
}

async function accept({ events }: ChainDeps, sealing: Sealing, tier: Tier, reason: string, signal: AbortSignal | undefined): Promise<void> {
  const write = async (session: Session) => sealing.write({ tier, kind: 'accepted', heads: await listHeads.all(session, {}), reason });
  await sealing.lead(tier, write, signal);
  events.emit('audited', { action: 'audit.accept', success: true, target: { type: 'tier', id: tier }, details: { reason } });
}

async function checkTier(tier: Tier, session: Session, anchored: Anchored): Promise<Finding[]> {
  const [unlike, chain, events] = [
    await unlikeAnchors(session, anchored.all),
    await checkChain.all(session, {}),
    await checkEvents.all(session, {}),
  ];
  return [
    ...unlike.map((one): Finding => {
      const at = anchored.all[one.place - 1]?.at ?? '';
      const detail = `block ${one.number} was anchored at ${at}; in the database ${describeUnlike(one)}`;
      return { tier, what: 'rolled back', stream: one.stream, number: one.number, detail };
    }),
    ...chain.map(({ stream, number, finding }): Finding => ({ tier, what: 'block', stream, number, detail: finding })),
    ...events.flatMap(({ stream, number, event_id: eventId, finding, event }): Finding[] => {
      if (finding === 'empty') {
        return anchored.released.has(stream)
          ? []
          : [{ tier, what: 'removed', stream, detail: 'all events of the month are gone, and it was not released' }];
      }
      const what = finding as Finding['what'];
      const place = { stream, ...(number !== null && { number }), ...(eventId !== null && { eventId }) };
      return [{ tier, what, ...place, detail: event ?? 'is no longer there' }];
    }),
  ];
}
