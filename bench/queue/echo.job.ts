import type { IsolatedJob } from '../../src/data/queue/index.ts';

/** For queue-isolation. */
export default ({ payload }: IsolatedJob): unknown => payload;
