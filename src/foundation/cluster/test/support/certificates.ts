import { createCertificate, createRevocations, type Identity, identityPem } from '../../../../trust/access/tls/x509.ts';
import type { Certificates } from '../../index.ts';

const hour = 3_600_000;

/** An hour before and after now, moved by hours. */
export const around = (hours = 0) => ({
  validFrom: new Date(Date.now() + (hours - 1) * hour),
  validUntil: new Date(Date.now() + (hours + 1) * hour),
});

export const newAuthority = (): Identity => createCertificate({ commonName: 'Authority of a test', kind: 'authority', ...around() });

/** What a server of ours takes, for these names. */
export function certificatesOf(
  authority: Identity,
  names: readonly string[] = ['localhost', '127.0.0.1'],
  { hours = 0, roles = [] }: { readonly hours?: number; readonly roles?: readonly string[] } = {},
): Certificates {
  return {
    identity: identityPem(createCertificate({ commonName: 'localhost', kind: 'server', names, ...around(hours) }, authority)),
    authority: authority.certificate.toString(),
    revocations: createRevocations(authority, around(), ['40']),
    roles,
    networks: [],
  };
}
