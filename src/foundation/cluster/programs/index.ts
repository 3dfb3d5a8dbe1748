export { type Account, canReach, chooseAccount } from './account.ts';
export { type Binaries, bundlePackage, findBundle } from './bundle.ts';
export { prepareBundle } from './bundle-copy.ts';
export { identityOf, type Outcome, programEnvironment, runProgram } from './program.ts';
export { findSystemBinaries, oldestMajor } from './system-binaries.ts';
