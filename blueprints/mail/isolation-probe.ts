import type { IsolationProbe } from 'plinth/tenancy';
import type { Mail } from './mail.ts';

/** Reads mail as the one tenant with ids of the other's. */
export function mailProbe({ threads }: Pick<Mail, 'threads'>): IsolationProbe {
  return {
    path: 'mail',
    async probe({ own, rows, attempt, notProven }) {
      const [thread, message] = ['content.email_threads', 'content.email_messages'].map((table) => rows.get(table));
      if (!thread || !message) return notProven('mail.threads', 'there is no message of the other tenant');
      const [threadId, messageId, subject] = [String(thread.id), String(message.id), String(thread.subject)];
      const calls: Readonly<Record<string, () => Promise<unknown>>> = {
        'list()': () => threads.list(own.id, {}),
        [`list(search ${subject})`]: () => threads.list(own.id, { search: subject }),
        [`read(${threadId})`]: () => threads.read(own.id, threadId),
        [`source(${messageId})`]: () => threads.source(own.id, messageId),
      };
      for (const [statement, call] of Object.entries(calls))
        await attempt({ target: `mail.threads.${statement.split('(')[0]}`, role: 'service', statement }, call);
    },
  };
}
