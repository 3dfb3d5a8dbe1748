/** PostgreSQL's table locks from weak to strong, as its manual names them. */
export const lockModes = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const;
export type LockMode = (typeof lockModes)[number];

/** `ShareUpdateExclusiveLock` of the server's views; undefined for what is no table lock. */
export function lockMode(serverName: string): LockMode | undefined {
  const words = serverName
    .replace(/Lock$/, '')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();
  return lockModes.find((mode) => mode === words);
}

export function isStronger(a: LockMode, b: LockMode): boolean {
  return lockModes.indexOf(a) > lockModes.indexOf(b);
}

/** Who has to wait while it is held; undefined when readers and writers of rows go on. */
export function whoWaits(mode: LockMode): 'readers and writers' | 'writers' | undefined {
  if (mode === 'ACCESS EXCLUSIVE') return 'readers and writers';
  return isStronger(mode, 'SHARE UPDATE EXCLUSIVE') ? 'writers' : undefined;
}
