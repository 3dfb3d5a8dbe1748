import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Badge, TierName } from '../../parts/badge.tsx';
import { formatCount, formatMs } from '../../parts/format.ts';
import { Panel } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { LevelBadge, type ShownEvent } from './event-columns.tsx';

const shownKeys = 10;

/** All that is on record of one event. */
export function EventDetail({ event }: { event: ShownEvent }) {
  const navigate = useNavigate();
  const close = () => void navigate({ to: '.', search: ((old: object) => ({ ...old, event: undefined })) as never, replace: true });
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['When', <Time key="t" value={event.created} />],
    ['User', event.user ?? 'none'],
    ['Role', event.memberRole],
    ['Login', <code key="l">{event.databaseUser}</code>],
    ['Application', <code key="a">{event.applicationName}</code>],
    ['Address', event.clientAddress],
    ['Browser', event.userAgent],
    ['Request', event.requestId && <code key="r">{event.requestId}</code>],
    ['Tenant', event.tenant],
    ['Tier', <TierName key="i" tier={event.tier} />],
    ['Why', event.purpose],
    ['Took', event.durationMs === null ? null : formatMs(event.durationMs)],
    ['Rows', event.rowCount === null ? null : formatCount(event.rowCount)],
    ['Complexity', event.complexityScore === null ? null : `${event.complexityScore} of 100`],
    ['Data', event.classification && <LevelBadge key="c" level={event.classification} />],
    ['On record for', event.complianceFlags.length > 0 ? event.complianceFlags.join(', ') : null],
    ['Details', event.details ? <code key="d">{JSON.stringify(event.details)}</code> : null],
  ];
  const isRow = event.targetType === 'table' && event.targetId !== null;
  return (
    <Panel
      title={`${event.action}${event.targetId ? ` on ${event.targetId}` : ''}`}
      note={event.isSuccess ? 'done' : <Badge tone="bad">refused or failed</Badge>}
      aside={
        <button type="button" className="button" onClick={close}>
          Close
        </button>
      }
    >
      <dl className="audit-facts">
        {facts
          .filter(([, value]) => value !== null && value !== undefined && value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        {event.keys.length > 0 && (
          <div>
            <dt>Keys</dt>
            <dd className="audit-keys">
              {event.keys.slice(0, shownKeys).map((key) =>
                isRow && event.kind === 'change' ? (
                  <Link key={key} to="/audit" search={{ view: 'history', tier: event.tier, table: event.targetId ?? '', key }}>
                    <code>{key}</code>
                  </Link>
                ) : (
                  <Link key={key} to="/audit" search={{ view: 'subject', subject: key }}>
                    <code>{key}</code>
                  </Link>
                ),
              )}
              {event.keys.length > shownKeys && <span className="faint">and {event.keys.length - shownKeys} more</span>}
            </dd>
          </div>
        )}
      </dl>
    </Panel>
  );
}
