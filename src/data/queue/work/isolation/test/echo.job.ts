import type { IsolatedJob } from '../../../index.ts';

export default ({ payload }: IsolatedJob): unknown => payload;
