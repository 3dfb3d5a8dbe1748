export { type Examine, examinerOf, type Sample } from './examine.ts';
