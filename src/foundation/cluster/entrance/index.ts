export { type Change, compareFiles, makeChange, undoChanges, type Wanted } from './files.ts';
export { keepListening, listenAddresses, listensOn } from './listening.ts';
export { demandCertificates, installRules, reload, type Target } from './rules.ts';
