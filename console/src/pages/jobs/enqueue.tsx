import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import { request } from '../../api/client.ts';
import { jobTypesQuery } from '../../api/job-queries.ts';
import { Action } from '../../parts/action.tsx';

const bands = ['critical', 'high', 'normal', 'low', 'background'] as const;

interface Props {
  readonly label: string;
  readonly title: string;
  /** Slug or id; undefined: for the platform itself. */
  readonly tenant: string | undefined;
  readonly type?: string;
  readonly band?: string;
  readonly payload?: unknown;
}

/** Enqueues a job by hand, or one like another with what is changed of it. */
export function Enqueue({ label, title, tenant, type, band = '', payload = {} }: Props) {
  const [typeId, payloadId, bandId, dueId] = [useId(), useId(), useId(), useId()];
  const types = useQuery(jobTypesQuery).data?.types.map(({ name }) => name) ?? [];
  return (
    <Action
      label={label}
      title={title}
      command={`plinth queue enqueue ${type ?? '<type>'} --payload '{…}'${tenant === undefined ? '' : ` --tenant ${tenant}`}`}
      run={async (given) => {
        const due = String(given.get('due'));
        const chosen = String(given.get('band'));
        const body = {
          type: String(given.get('type')),
          payload: parsed(String(given.get('payload'))),
          ...(tenant !== undefined && { tenant }),
          ...(chosen !== '' && { band: chosen }),
          ...(due !== '' && { due: new Date(due).toISOString() }),
        };
        return request<{ id: string; isNew: boolean }>('/queue/jobs', { method: 'POST', body });
      }}
      done={({ id, isNew }) => (
        <>
          {isNew ? 'It is enqueued: ' : 'There is one with the same key already: '}
          <Link to="/jobs/$id" params={{ id }} search={tenant === undefined ? {} : { tenant }} className="mono">
            {id}
          </Link>
        </>
      )}
    >
      <div className="form">
        <p>For {tenant ?? 'the platform itself'}. It can be cancelled as long as it has not ended.</p>
        <label className="field" htmlFor={typeId}>
          Job type
          <select id={typeId} name="type" required defaultValue={type ?? ''}>
            {type === undefined && <option value="">choose one</option>}
            {[...new Set([...(type === undefined ? [] : [type]), ...types])].sort().map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label className="field" htmlFor={payloadId}>
          Payload, as JSON
          <textarea id={payloadId} name="payload" rows={6} spellCheck={false} required defaultValue={JSON.stringify(payload, null, 2)} />
        </label>
        <label className="field" htmlFor={bandId}>
          Band
          <select id={bandId} name="band" defaultValue={band}>
            <option value="">that of its type</option>
            {bands.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label className="field" htmlFor={dueId}>
          Due, in your zone; nothing: now
          <input id={dueId} name="due" type="datetime-local" />
        </label>
      </div>
    </Action>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`The payload is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}
