import { expect, it } from 'vitest';
import { canonicalAddress, clientName, impossibleName, namesIn, serverNames } from './names.ts';

it("a server's certificate is good for this machine and for the names of the option", () => {
  expect(serverNames()).toEqual(['localhost', '127.0.0.1', '::1']);
  expect(serverNames(' DB.example.com ,localhost, 10.0.0.5')).toEqual(['localhost', '127.0.0.1', '::1', 'db.example.com', '10.0.0.5']);
});

it.each(['db_1', 'db.example.com/', 'a b', '-db', 'db.'])('"%s" can stand in no certificate', (name) => {
  expect(impossibleName(['localhost', name])).toBe(name);
});

it('names, wildcards and addresses can', () => {
  expect(impossibleName(['db', '*.example.com', 'a-1.example.com', '10.0.0.5', 'fd00::1'])).toBeUndefined();
});

it('reads the names of a certificate as they were given', () => {
  expect(namesIn('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1')).toEqual(['localhost', '127.0.0.1', '::1']);
  expect(namesIn(undefined)).toEqual([]);
  expect(canonicalAddress('FD00:0:0::1')).toBe('fd00::1');
});

it('a client is a role of administration, backup or repair, and who holds it', () => {
  const is = (name: string) => clientName.test(name);
  expect(['plinth_admin@ann', 'plinth_backup@host-1.example'].map(is)).toEqual([true, true]);
  expect(['plinth_app@x', 'postgres@x', 'plinth_admin', 'plinth_admin@', 'plinth_admin@../x', 'plinth_admin@Ann'].map(is)).toEqual(
    Array(6).fill(false),
  );
});
