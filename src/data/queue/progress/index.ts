export { ProgressBook } from './progress-book.ts';
export { readProgress } from './sql/queries/queries.gen.ts';
