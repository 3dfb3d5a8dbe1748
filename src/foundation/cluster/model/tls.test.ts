import { describe, expect, it } from 'vitest';
import { demandTls, mapCertificates, renderTlsSettings } from './tls.ts';

const roles = ['plinth_admin', 'plinth_backup'];
const some = { roles, networks: ['10.0.0.0/24'] };

describe('demandTls', () => {
  const rules = [
    '# TYPE  DATABASE  USER  ADDRESS  METHOD',
    'local   all all scram-sha-256',
    'host    all all 127.0.0.1/32 scram-sha-256',
    'hostssl all ann 10.0.0.0/8 scram-sha-256',
    '# host in a comment',
    '',
  ].join('\n');

  it('closes TCP to plaintext, leaves the socket and what others wrote', () => {
    const lines = demandTls(rules, some).split('\n');
    expect(lines.filter((line) => /^host\s/.test(line))).toEqual([]);
    expect(lines).toContain('hostssl    all all 127.0.0.1/32 scram-sha-256');
    for (const kept of ['local   all all scram-sha-256', 'hostssl all ann 10.0.0.0/8 scram-sha-256', '# host in a comment'])
      expect(lines).toContain(kept);
  });

  it('lets its roles in by certificate before any other line is looked at', () => {
    const first = demandTls(rules, some)
      .split('\n')
      .filter((line) => line && !line.startsWith('#'));
    expect(first.slice(0, 4)).toEqual([
      'hostssl replication plinth_admin,plinth_backup samehost cert map=plinth',
      'hostssl all plinth_admin,plinth_backup samehost cert map=plinth',
      'hostssl replication plinth_admin,plinth_backup 10.0.0.0/24 cert map=plinth',
      'hostssl all plinth_admin,plinth_backup 10.0.0.0/24 cert map=plinth',
    ]);
  });

  it('changes nothing the second time, and takes its lines back when nobody is to come in by them', () => {
    const once = demandTls(rules, some);
    expect(demandTls(once, some)).toBe(once);
    expect(demandTls(once, { roles: [], networks: [] })).toBe(demandTls(rules, { roles: [], networks: [] }));
    expect(demandTls(once, { roles: ['plinth_admin'], networks: [] })).toBe(demandTls(rules, { roles: ['plinth_admin'], networks: [] }));
  });
});

it('a certificate is a login of the one role it is made out to', () => {
  const pattern = /plinth \/(\S+) \\1/.exec(mapCertificates('', roles))?.[1] ?? '';
  const roleOf = (name: string) => new RegExp(pattern).exec(name)?.[1];
  expect([roleOf('plinth_admin@ann'), roleOf('plinth_admin'), roleOf('postgres@ann'), roleOf('x plinth_admin@ann')]).toEqual([
    'plinth_admin',
    undefined,
    undefined,
    undefined,
  ]);
});

it('names no setting that an older server does not know', () => {
  expect(renderTlsSettings(17)).not.toContain('ssl_tls13_ciphers');
  expect(renderTlsSettings(18)).toContain("ssl_tls13_ciphers = 'TLS_AES_128_GCM_SHA256:");
});
