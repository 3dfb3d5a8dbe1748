export { type AtRestFinding, type AtRestState, atRest } from './at-rest.ts';
