import { describe, expect, it } from 'vitest';
import { causeOf, evidenceIn, exposedKeyIn, missingLibraryIn } from './start-failure.ts';

describe('causeOf', () => {
  it.each([
    ['LIBRARY_MISSING', 'postgres: error while loading shared libraries: libicuuc.so.60: cannot open shared object file'],
    ['ROOT_REFUSED', 'initdb: error: cannot be run as root'],
    ['ACCOUNT_WITHOUT_NAME', 'initdb: could not look up effective user ID 12345: user does not exist'],
    ['STILL_IN_USE', 'FATAL:  pre-existing shared memory block (key 2187623, ID 34) is still in use'],
    ['STILL_IN_USE', 'FATAL:  lock file "postmaster.pid" already exists'],
    ['PORT_TAKEN', 'LOG:  could not bind IPv4 address "127.0.0.1": Address already in use'],
    ['SHARED_MEMORY', 'FATAL:  could not resize shared memory segment "/PostgreSQL.123" to 8192 bytes: No space left on device'],
    ['SHARED_MEMORY', 'FATAL:  could not map anonymous shared memory: Cannot allocate memory'],
    ['DISK_FULL', 'initdb: error: could not write file "x/base/1/1259": No space left on device'],
    ['VERSION_MISMATCH', 'FATAL:  database files are incompatible with server'],
    ['CONTROL_FILE', 'PANIC:  incorrect checksum in control file'],
    ['CONTROL_FILE', 'FATAL:  could not locate a valid checkpoint record at 0/174B630'],
    ['LOCALE', 'FATAL:  invalid value for parameter "lc_messages": "xx_YY.UTF-8"'],
    ['CONFIGURATION', 'FATAL:  configuration file "/x/plinth.conf" contains errors'],
    ['PERMISSION', 'FATAL:  could not open file "global/pg_filenode.map": Permission denied'],
    ['PERMISSION', 'PANIC:  could not open file "global/pg_control": Permission denied'],
    ['KEY_EXPOSED', 'FATAL:  private key file "../tls/server.pem" has group or world access'],
    ['START_FAILED', 'FATAL:  something nobody has seen before'],
  ])('%s from its words', (cause, line) => {
    expect(causeOf([line])).toBe(cause);
  });
});

it('keeps the errors and hints as evidence, and the last lines where there are none', () => {
  const log = 'LOG:  starting\nFATAL:  could not bind\nHINT:  is another one running?\nLOG:  database system is shut down\n';
  expect(evidenceIn(log)).toEqual(['FATAL:  could not bind', 'HINT:  is another one running?']);
  expect(evidenceIn('one\ntwo\n\n', 1)).toEqual(['two']);
});

it('names the key that others can read', () => {
  expect(exposedKeyIn(['FATAL:  private key file "../tls/server.pem" has group or world access'])).toBe('../tls/server.pem');
});

it('names the missing library', () => {
  expect(missingLibraryIn(['error while loading shared libraries: libssl.so.1.1: cannot open'])).toBe('libssl.so.1.1');
  expect(missingLibraryIn([])).toBe('a shared library');
});
