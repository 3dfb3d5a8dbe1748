export { endpointOf, ensureDatabases } from './databases.ts';
export { superuserPassword } from './initialise.ts';
export { keepRunning, type RunningServer } from './keep-running.ts';
export { makeDataDir, type NodeFolder, nodeFolderIn, unwritable } from './node-folder.ts';
export { stopPostmaster } from './postmaster.ts';
export { findPostmaster } from './postmaster-file.ts';
export { prepareNode, wantedConfiguration, writeConfiguration } from './prepare.ts';
