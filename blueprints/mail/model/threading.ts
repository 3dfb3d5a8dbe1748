/** One message as threading sees it. */
export interface Threadable {
  readonly id: string;
  /** Keys of its own Message-ID and of all it names. */
  readonly keys: readonly string[];
  /** Whether it names another message. */
  readonly namesOthers: boolean;
  readonly subject: { readonly base: string; readonly key: string; readonly isReply: boolean };
  readonly sent: Date;
}

export interface Thread {
  readonly id: string;
  readonly subject: string;
  readonly subjectKey: string;
  readonly last: Date;
  readonly messageCount: number;
}

/** What is known before a batch: threads of the keys the batch names, and threads with its replies' subjects. */
export interface KnownThreads {
  readonly threads: readonly Thread[];
  readonly references: readonly { readonly key: string; readonly threadId: string }[];
}

export interface Threading {
  /** Message id → thread id. */
  readonly assigned: ReadonlyMap<string, string>;
  /** Threads that are new or changed, as they now are. */
  readonly threads: readonly Thread[];
  /** Keys that are new or belong to another thread than before. */
  readonly references: readonly { readonly key: string; readonly threadId: string }[];
  /** Threads that turned out to be one; `from` is gone, never named elsewhere in the result. */
  readonly merged: readonly { readonly from: string; readonly into: string }[];
}

/** A reply that names no message joins a thread of its subject only if that was alive within this time. */
export const subjectWindowMs = 30 * 86_400_000;

/**
 * Puts messages into threads, one after the other: by the messages they name, and, for an answer that names none, by
 * subject. Two threads that a message connects become the older one. The outcome depends on the order of messages only,
 * not on where batches end, because `known` says everything an earlier batch would have left in memory.
 */
export function assignThreads(messages: readonly Threadable[], known: KnownThreads, newId: () => string): Threading {
  const threads = new Map<string, Thread>(known.threads.map((thread) => [thread.id, thread]));
  const threadOfKey = new Map<string, string>(known.references.map((reference) => [reference.key, reference.threadId]));
  const before = new Map(threadOfKey);
  const bySubject = Map.groupBy(known.threads, (thread) => thread.subjectKey) as Map<string, Thread[]>;
  const mergedInto = new Map<string, string>();
  const changed = new Set<string>();
  const assigned = new Map<string, string>();

  const live = (id: string): string => {
    const into = mergedInto.get(id);
    return into === undefined ? id : live(into);
  };
  const merge = (a: string, b: string): string => {
    const [into, from] = a < b ? [a, b] : [b, a];
    const kept = threads.get(into) as Thread;
    const gone = threads.get(from) as Thread;
    threads.set(into, { ...kept, last: later(kept.last, gone.last), messageCount: kept.messageCount + gone.messageCount });
    mergedInto.set(from, into);
    changed.add(into);
    return into;
  };
  const bySubjectOf = (message: Threadable): string | undefined => {
    if (message.namesOthers || !message.subject.isReply || message.subject.key === '') return undefined;
    // A merged thread is gone from the store, and with it its subject.
    return (bySubject.get(message.subject.key) ?? [])
      .filter(({ id }) => !mergedInto.has(id))
      .map(({ id }) => threads.get(id) as Thread)
      .filter((thread) => Math.abs(thread.last.getTime() - message.sent.getTime()) <= subjectWindowMs)
      .sort((a, b) => b.last.getTime() - a.last.getTime() || (a.id < b.id ? -1 : 1))[0]?.id;
  };

  for (const message of messages) {
    const found = [...new Set(message.keys.flatMap((key) => threadOfKey.get(key) ?? []).map(live))];
    let id = found.length > 0 ? found.reduce(merge) : bySubjectOf(message);
    if (id === undefined) {
      id = newId();
      const thread: Thread = { id, subject: message.subject.base, subjectKey: message.subject.key, last: message.sent, messageCount: 0 };
      threads.set(id, thread);
      bySubject.set(thread.subjectKey, [...(bySubject.get(thread.subjectKey) ?? []), thread]);
    }
    const thread = threads.get(id) as Thread;
    threads.set(id, { ...thread, last: later(thread.last, message.sent), messageCount: thread.messageCount + 1 });
    changed.add(id);
    assigned.set(message.id, id);
    for (const key of message.keys) threadOfKey.set(key, id);
  }

  return {
    assigned: new Map([...assigned].map(([message, id]) => [message, live(id)])),
    threads: [...changed].filter((id) => !mergedInto.has(id)).map((id) => threads.get(id) as Thread),
    references: [...threadOfKey]
      .map(([key, id]) => ({ key, threadId: live(id) }))
      .filter((reference) => before.get(reference.key) !== reference.threadId),
    merged: [...mergedInto.keys()].map((from) => ({ from, into: live(from) })),
  };
}

const later = (a: Date, b: Date) => (a > b ? a : b);
