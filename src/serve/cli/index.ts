export { type CliDeps, type Opened, runCli } from './cli.ts';
export { takeOptionFlags } from './model/option-flags.ts';
export { renderTable } from './render.ts';
