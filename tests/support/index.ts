export { spawnScript, type TestChild } from './child.ts';
export { connectTo } from './connect-to.ts';
export { type TestDatabase, testDatabase } from './database.ts';
export { fakeClock } from './fake-clock.ts';
export { describeWith } from './requirements.ts';
export { testPasswords } from './roles.ts';
export { stoppedServerFolder } from './stopped-server.ts';
export { endpointOf } from './template.ts';
export { until } from './until.ts';
