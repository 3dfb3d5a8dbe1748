/** Why a PostgreSQL program did not start, as far as its own words tell. */
export type FailureCause =
  | 'PORT_TAKEN'
  | 'SHARED_MEMORY'
  | 'DISK_FULL'
  | 'ROOT_REFUSED'
  | 'LIBRARY_MISSING'
  | 'VERSION_MISMATCH'
  | 'LOCALE'
  | 'CONTROL_FILE'
  | 'CONFIGURATION'
  | 'KEY_EXPOSED'
  | 'STILL_IN_USE'
  | 'ACCOUNT_WITHOUT_NAME'
  | 'PERMISSION'
  | 'START_FAILED';

// In order: a line may fit several, and the first one names the cause (shared memory that is full is no full disk).
const signs: readonly (readonly [FailureCause, RegExp])[] = [
  ['LIBRARY_MISSING', /error while loading shared libraries|Library not loaded|symbol lookup error|version `GLIBC/],
  ['ROOT_REFUSED', /cannot be run as root|"root" execution of the PostgreSQL server is not permitted/],
  ['ACCOUNT_WITHOUT_NAME', /could not look up effective user ID/],
  ['STILL_IN_USE', /pre-existing shared memory block|lock file "postmaster\.pid" already exists/],
  ['PORT_TAKEN', /could not bind .*(Address already in use|address in use)|could not create any TCP\/IP sockets|lock file ".*\.s\.PGSQL/],
  ['SHARED_MEMORY', /could not (create|map|resize|allocate|open) (anonymous )?shared memory|could not create semaphores/],
  ['DISK_FULL', /No space left on device|Disk quota exceeded/],
  ['KEY_EXPOSED', /private key file .* has group or world access/],
  ['PERMISSION', /[Pp]ermission denied|has wrong ownership|has invalid permissions/],
  ['VERSION_MISMATCH', /database files are incompatible with server/],
  ['CONTROL_FILE', /control file|pg_control|could not locate a valid checkpoint record|invalid (primary )?checkpoint record/],
  [
    'LOCALE',
    /invalid value for parameter "lc_|invalid locale|locale .*(is incompatible|is not recognized|not recognized)|not recognized by setlocale/,
  ],
  [
    'CONFIGURATION',
    /configuration file|unrecognized configuration parameter|invalid value for parameter|could not access file|could not load .*pg_hba/,
  ],
];

/** Names the cause from the lines of a log or of a program's output. */
export function causeOf(lines: readonly string[]): FailureCause {
  return signs.find(([, sign]) => lines.some((line) => sign.test(line)))?.[0] ?? 'START_FAILED';
}

/** The few lines that prove a failure: the errors with their hints, or simply the last ones where there are none. */
export function evidenceIn(output: string, count = 5): readonly string[] {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.filter((line) =>
    /(FATAL|PANIC|ERROR|HINT|DETAIL|error|WARNING):|LOG: {2}(could not|invalid|unrecognized)|error while loading/.test(line),
  );
  return (telling.length ? telling : lines).slice(-count);
}

/** The private key that a server refused to use; `its private key` where the output does not say. */
export function exposedKeyIn(lines: readonly string[]): string {
  return lines.map((line) => /private key file "(.*)" has/.exec(line)?.[1]).find(Boolean) ?? 'its private key';
}

/** The shared library a loader missed; `a shared library` where the output does not say. */
export function missingLibraryIn(lines: readonly string[]): string {
  const match = lines.map((line) => /loading shared libraries: (\S+?):|Library not loaded: (\S+)/.exec(line)).find(Boolean);
  return match?.[1] ?? match?.[2] ?? 'a shared library';
}
