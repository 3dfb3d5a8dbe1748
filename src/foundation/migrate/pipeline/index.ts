export { type Proof, type ProofRequest, prove } from './prove.ts';
