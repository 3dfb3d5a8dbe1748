import { describe, expect, it } from 'vitest';
import { demandTls, mapCertificates, renderTlsSettings } from './tls.ts';

const roles = ['plinth_admin', 'plinth_backup'];

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
    const lines = demandTls(rules, roles).split('\n');
    expect(lines.filter((line) => /^host\s/.test(line))).toEqual([]);
    expect(lines).toContain('hostssl    all all 127.0.0.1/32 scram-sha-256');
    for (const kept of ['local   all all scram-sha-256', 'hostssl all ann 10.0.0.0/8 scram-sha-256', '# host in a comment'])
      expect(lines).toContain(kept);
  });

  it('lets its roles in by certificate before any other line is looked at', () => {
    const first = demandTls(rules, roles)
      .split('\n')
      .filter((line) => line && !line.startsWith('#'));
    expect(first.slice(0, 2)).toEqual([
      'hostssl replication plinth_admin,plinth_backup all cert map=plinth',
      'hostssl all plinth_admin,plinth_backup all cert map=plinth',
    ]);
  });

  it('changes nothing the second time, and takes its lines back when nobody is to come in by them', () => {
    const once = demandTls(rules, roles);
    expect(demandTls(once, roles)).toBe(once);
    expect(demandTls(once, [])).toBe(demandTls(rules, []));
    expect(demandTls(once, ['plinth_admin'])).toBe(demandTls(rules, ['plinth_admin']));
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
