export { mailErrors } from './errors.ts';
export type { EmailFact, FactFeed } from './facts/fact-feed.ts';
export type { ImportProgress, ImportRequest, ImportSummary } from './import/importer.ts';
export type { Mail } from './mail.ts';
export { mail } from './manifest.ts';
export type { SeedRequest, SeedSummary } from './seed/seed.ts';
export type { ThreadMessage, ThreadSummary, Threads } from './threads.ts';
