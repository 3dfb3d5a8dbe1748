import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { bytesUrl, heaviestQuery, savingsQuery } from '../../api/queries.ts';
import type { Savings } from '../../api/types.ts';
import { formatBytes, formatCount, formatShare, plural } from '../../parts/format.ts';
import { Glass } from '../../parts/glass.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Page, Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { useTenant, useTenants } from '../../parts/tenant-choice.tsx';

export function ContentPage() {
  const slug = useTenant();
  const tenants = useTenants();
  const tenant = tenants.find((t) => t.slug === slug);
  const query = useQuery({
    ...savingsQuery(tenant?.id),
    placeholderData: keepPreviousData,
    enabled: slug === undefined || tenant !== undefined,
  });
  return (
    <Page
      title="Content"
      lead={`Bodies, attachments and raw messages${slug ? ` of ${slug}` : ' of all tenants'}: kept once, compressed, given back bit for bit.`}
    >
      <Answer query={query}>
        {(data) =>
          data.objects === 0 ? (
            <Empty title="Nothing stored yet">Import some mail: plinth import mail &lt;file&gt;</Empty>
          ) : (
            <Report data={data} tenant={slug} />
          )
        }
      </Answer>
    </Page>
  );
}

function Report({ data, tenant }: { data: Savings; tenant: string | undefined }) {
  const saved = data.rawBytes - data.storedBytes;
  return (
    <>
      <section className="figures" aria-label="Savings">
        <Figure label="Given to us" value={formatBytes(data.rawBytes)} note={plural(data.objects, 'object')} />
        <Figure label="Without duplicates" value={formatBytes(data.uniqueBytes)} note={plural(data.blobs, 'blob')} />
        <Figure label="Stored" value={formatBytes(data.storedBytes)} note={`${formatShare(saved, data.rawBytes)} saved`} />
        <Figure label="On disk" value={formatBytes(data.diskBytes)} note="with keys, indexes and TOAST" />
      </section>
      <Panel title="Where the bytes went" note="Share of what was given to us">
        <Breakdown data={data} />
      </Panel>
      <Panel title="By kind">
        <PlainTable label="By kind" heads={['Kind', end('Objects'), end('Given'), end('Without duplicates'), end('Stored'), end('Saved')]}>
          {data.byKind.map((kind) => (
            <tr key={kind.kind}>
              <td>{kind.kind}</td>
              <td data-align="end">{formatCount(kind.objects)}</td>
              <td data-align="end">{formatBytes(kind.rawBytes)}</td>
              <td data-align="end">{formatBytes(kind.uniqueBytes)}</td>
              <td data-align="end">{formatBytes(kind.storedBytes)}</td>
              <td data-align="end">{formatShare(kind.rawBytes - kind.storedBytes, kind.rawBytes)}</td>
            </tr>
          ))}
        </PlainTable>
      </Panel>
      {tenant !== undefined && (
        <Glass tenant={tenant}>
          <Names tenant={tenant} />
        </Glass>
      )}
    </>
  );
}

/** Names of files are their owner's: they are shown for a reason. */
function Names({ tenant }: { tenant: string }) {
  const query = useQuery(heaviestQuery(tenant));
  return (
    <Answer query={query}>
      {({ largest, mostShared }) => (
        <div className="columns">
          <Panel title="Largest" note="Objects">
            <PlainTable label="Largest objects" heads={['Name', 'Type', end('Given'), end('Stored')]}>
              {largest.map((object) => (
                <tr key={object.objectId}>
                  <td className="cut cell">
                    <a href={bytesUrl(tenant, object.objectId)} download={object.name ?? ''}>
                      <Icon name="download" /> {nameOf(object)}
                    </a>
                  </td>
                  <td className="soft cut cell">{object.contentType}</td>
                  <td data-align="end">{formatBytes(object.rawBytes)}</td>
                  <td data-align="end">{formatBytes(object.storedBytes)}</td>
                </tr>
              ))}
            </PlainTable>
          </Panel>
          <Panel title="Most shared" note="Blobs that several objects refer to">
            {mostShared.length === 0 ? (
              <Empty title="Nothing came twice" />
            ) : (
              <PlainTable label="Most shared blobs" heads={['Name', 'Type', end('Size'), end('References')]}>
                {mostShared.map((blob) => (
                  <tr key={blob.blobId}>
                    <td className="cut cell">{blob.name ?? <span className="faint">unnamed</span>}</td>
                    <td className="soft cut cell">{blob.contentType}</td>
                    <td data-align="end">{formatBytes(blob.rawBytes)}</td>
                    <td data-align="end">{formatCount(blob.references)}</td>
                  </tr>
                ))}
              </PlainTable>
            )}
          </Panel>
        </div>
      )}
    </Answer>
  );
}

const end = (text: string) => ({ text, align: 'end' as const });
const nameOf = (object: { name: string | null; kind: string }) => object.name ?? <span className="faint">unnamed {object.kind}</span>;

function Figure({ label, value, note }: { label: string; value: string; note: string }) {
  return (
    <div className="figure">
      <p className="soft">{label}</p>
      <p className="figure-value">{value}</p>
      <p className="faint">{note}</p>
    </div>
  );
}

/** One bar: what was stored, what compression and what duplicates saved. */
function Breakdown({ data }: { data: Savings }) {
  const parts = [
    { id: 'stored', label: 'stored', bytes: data.storedBytes },
    { id: 'compressed', label: 'saved by compression', bytes: Math.max(data.uniqueBytes - data.storedBytes, 0) },
    { id: 'shared', label: 'saved as duplicates', bytes: Math.max(data.rawBytes - data.uniqueBytes, 0) },
  ];
  return (
    <div className="breakdown">
      <div className="breakdown-bar" aria-hidden="true">
        {parts.map((part) => (
          <span key={part.id} data-part={part.id} style={{ flexGrow: part.bytes }} />
        ))}
      </div>
      <ul className="legend">
        {parts.map((part) => (
          <li key={part.id}>
            <span className="legend-mark" data-part={part.id} />
            {formatShare(part.bytes, data.rawBytes)} {part.label} <span className="faint">{formatBytes(part.bytes)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
