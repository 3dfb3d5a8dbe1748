import type { JobDefinition } from 'plinth/queue';

const minuteMs = 60_000;

/** What holds for every message, whatever it is sent for: the day of its account, and the pace to its domain. */
export const sendingLimits = (
  message: { readonly accountId: string; readonly dailyLimit: number; readonly recipientDomain: string },
  domainPerMinute: number,
): ReturnType<NonNullable<JobDefinition['limits']>> => [
  { name: 'account-day', key: message.accountId, most: message.dailyLimit, per: 'day' },
  { name: 'domain', key: message.recipientDomain, most: domainPerMinute, perMs: minuteMs, isShared: true },
];
