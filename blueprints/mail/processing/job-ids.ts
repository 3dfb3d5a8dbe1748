import { createHash } from 'node:crypto';

/**
 * The id of a job that follows from something: the same for the same name, whoever enqueues it how often. A uuid v7 with the time of `base`,
 * itself one, which is what the job's record lies by.
 */
export function jobIdFrom(base: string, name: string): string {
  const hex = createHash('sha256').update(`${base} ${name}`).digest('hex');
  return `${base.slice(0, 13)}-7${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${hex.slice(6, 18)}`;
}

export const isUuid7 = (id: string): boolean => id[14] === '7';

/** When a uuid v7 was made. */
export const timeOfId = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
