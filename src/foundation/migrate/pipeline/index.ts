export { type Proof, type ProofRequest, prove } from './prove.ts';
export { pipelineCommands } from './surface.ts';
