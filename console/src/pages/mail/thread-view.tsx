import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { bytesUrl, sourcePath, sourceQuery, threadQuery } from '../../api/queries.ts';
import type { Message } from '../../api/types.ts';
import { formatBytes, plural } from '../../parts/format.ts';
import { Icon } from '../../parts/icon.tsx';
import { Answer } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';

/** The messages of a thread, oldest first. HTML is never rendered: what is shown is text. */
export function ThreadView({ tenant, id }: { tenant: string; id: string }) {
  const query = useQuery(threadQuery(tenant, id));
  return (
    <Answer query={query}>
      {({ thread, messages }) => (
        <>
          <header className="thread-title">
            <Link
              to="/mail"
              search={((old: object) => ({ ...old, thread: undefined })) as never}
              className="button-icon thread-back"
              aria-label="Back to the threads"
            >
              <Icon name="left" />
            </Link>
            <div>
              <h2>{thread.subject || 'No subject'}</h2>
              <p className="faint">
                {plural(thread.messageCount, 'message')}
                {thread.messageCount > messages.length && `, the first ${messages.length} are shown`}, last <Time value={thread.last} />
              </p>
            </div>
          </header>
          {messages.map((message, i) => (
            <MessageCard key={message.id} tenant={tenant} message={message} position={i + 1} />
          ))}
        </>
      )}
    </Answer>
  );
}

function MessageCard({ tenant, message, position }: { tenant: string; message: Message; position: number }) {
  const [isSourceOpen, setSourceOpen] = useState(false);
  return (
    <section className="message" aria-label={`Message ${position}`}>
      <header className="message-head">
        <div className="message-people">
          <h3>{message.from ?? 'Unknown sender'}</h3>
          <p className="soft">
            to {message.to.length > 0 ? message.to.join(', ') : 'nobody named'}
            {message.cc.length > 0 && <>, cc {message.cc.join(', ')}</>}
          </p>
        </div>
        <p className="faint message-time">{message.sent ? <Time value={message.sent} /> : 'no date'}</p>
      </header>
      {message.text ? <pre className="message-text">{message.text}</pre> : <p className="faint message-text">No text part.</p>}
      {message.attachments.length > 0 && (
        <ul className="attachments" aria-label="Attachments">
          {message.attachments.map((attachment) => (
            <li key={attachment.objectId}>
              <a href={bytesUrl(tenant, attachment.objectId)} download={attachment.name ?? ''} className="attachment">
                <Icon name="attachment" />
                <span className="cut">{attachment.name ?? 'unnamed'}</span>
                <span className="faint">{formatBytes(attachment.rawBytes)}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
      {message.rawObjectId && (
        <footer className="message-foot">
          <button type="button" className="button button-small" aria-expanded={isSourceOpen} onClick={() => setSourceOpen(!isSourceOpen)}>
            {isSourceOpen ? 'Hide source' : 'Show source'}
          </button>
          <a className="button button-small" href={`/api${sourcePath(tenant, message.id)}`} download={`${message.id}.eml`}>
            <Icon name="download" /> Download {formatBytes(message.rawBytes)}
          </a>
          <span className="faint">{layoutWords(message.layout)}</span>
        </footer>
      )}
      {isSourceOpen && <Source tenant={tenant} messageId={message.id} />}
    </section>
  );
}

function layoutWords(layout: Message['layout']): string {
  if (layout === 'recipe') return 'stored as parts, re-assembled bit for bit';
  return layout === 'bytes' ? 'stored whole' : '';
}

function Source({ tenant, messageId }: { tenant: string; messageId: string }) {
  const query = useQuery(sourceQuery(tenant, messageId));
  return (
    <Answer query={query} lines={4}>
      {({ text, isWhole }) => (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard */}
          <section className="source" tabIndex={0} aria-label="Source of the message">
            <pre>{text}</pre>
          </section>
          {!isWhole && <p className="faint note">Only the beginning is shown; the download has all of it.</p>}
        </>
      )}
    </Answer>
  );
}
