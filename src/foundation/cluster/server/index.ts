export { superuserPassword } from './initialise.ts';
export { keepRunning } from './keep-running.ts';
export { awaitLogin, endpointOf } from './login.ts';
export { makeDataDir, nodeFolderIn, unwritable } from './node-folder.ts';
export { stopPostmaster } from './postmaster.ts';
export { findPostmaster } from './postmaster-file.ts';
export { prepareNode, wantedConfiguration, writeConfiguration } from './prepare.ts';
