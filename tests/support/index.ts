export { spawnScript, type TestChild } from './child.ts';
export { type TestConnect, testConnect } from './connect.ts';
export { endpointOf, type TestDatabase, testDatabase } from './database.ts';
export { type FakeClock, fakeClock } from './fake-clock.ts';
export { describeWith, find, type Requirement } from './requirements.ts';
export { testPasswords } from './roles.ts';
export { until } from './until.ts';
