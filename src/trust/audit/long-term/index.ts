export { type LongTerm, openLongTerm } from './feed.ts';
