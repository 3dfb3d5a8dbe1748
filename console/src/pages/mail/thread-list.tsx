import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { threadsQuery } from '../../api/queries.ts';
import type { Thread } from '../../api/types.ts';
import { Icon } from '../../parts/icon.tsx';
import { Empty, Loading, Problem } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';

const route = getRouteApi('/shell/mail');
const rowPx = 78;
const typingMs = 250;

/** All threads of a tenant as one virtual list; further pages are asked for while it is scrolled. */
export function ThreadList({ tenant, open }: { tenant: string; open: string | undefined }) {
  const { q } = route.useSearch();
  const query = useInfiniteQuery(threadsQuery(tenant, q));
  const threads = query.data?.pages.flatMap((page) => page.threads) ?? [];
  const region = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: threads.length + (query.hasNextPage ? 1 : 0),
    getScrollElement: () => region.current,
    estimateSize: () => rowPx,
    overscan: 8,
  });
  const items = virtualizer.getVirtualItems();
  const isAtEnd = (items.at(-1)?.index ?? 0) >= threads.length - 1;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;

  useEffect(() => {
    if (isAtEnd && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [isAtEnd, hasNextPage, isFetchingNextPage, fetchNextPage]);

  return (
    <div className="threads">
      <Search value={q ?? ''} />
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Loading lines={8} />}
      {query.data && threads.length === 0 && (
        <Empty title={q ? `No thread contains “${q}”` : 'No mail yet'}>{!q && 'plinth import mail <file> --tenant …'}</Empty>
      )}
      <section ref={region} className="threads-region" aria-label="Threads" hidden={threads.length === 0}>
        <ul style={{ height: virtualizer.getTotalSize() }}>
          {items.map((item) => {
            const thread = threads[item.index];
            return (
              <li key={item.key} style={{ height: item.size, transform: `translateY(${item.start}px)` }}>
                {thread ? <ThreadRow thread={thread} isOpen={thread.id === open} /> : <span className="faint thread">Loading more</span>}
              </li>
            );
          })}
        </ul>
      </section>
    </div>
  );
}

function ThreadRow({ thread, isOpen }: { thread: Thread; isOpen: boolean }) {
  return (
    <Link
      to="/mail"
      search={((old: object) => ({ ...old, thread: thread.id })) as never}
      className="thread"
      aria-current={isOpen ? 'true' : undefined}
      preload={false}
    >
      <span className="thread-head">
        <span className="thread-people cut">{thread.participants.join(', ')}</span>
        {thread.messageCount > 1 && <span className="tab-count">{thread.messageCount}</span>}
        <span className="faint thread-time">
          <Time value={thread.last} as="short" />
        </span>
      </span>
      <span className="thread-subject">
        <span className="cut">{thread.subject || <em>no subject</em>}</span>
        {thread.hasAttachments && (
          <>
            <Icon name="attachment" />
            <span className="hidden">with attachments</span>
          </>
        )}
      </span>
      <span className="faint cut">{thread.snippet}</span>
    </Link>
  );
}

/** Asks the server a moment after the last key, not at each. */
function Search({ value }: { value: string }) {
  const navigate = useNavigate();
  const [text, setText] = useState(value);

  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(
      () => void navigate({ to: '.', search: ((old: object) => ({ ...old, q: text || undefined })) as never, replace: true }),
      typingMs,
    );
    return () => clearTimeout(timer);
  }, [text, value, navigate]);

  return (
    <label className="search">
      <Icon name="search" />
      <span className="hidden">Search mail</span>
      <input type="search" placeholder="Search subject, people, text" value={text} onChange={(event) => setText(event.target.value)} />
    </label>
  );
}
