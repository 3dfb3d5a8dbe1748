import { isDue } from '../model/life.ts';
import { lifeMs, validityFrom } from './model/lives.ts';
import { canonicalAddress, namesIn } from './model/names.ts';
import type { LedgerEntry, Stored, TlsStore } from './store.ts';

// Only who makes something needs it: loading it takes longer than making ten certificates.
const x509 = () => import('./x509.ts');

/** Validity of a stored certificate, from what it says. */
export const lifeOf = ({ certificate }: Pick<Stored, 'certificate'>) => ({
  validFrom: new Date(certificate.validFrom),
  validUntil: new Date(certificate.validTo),
});

/** The authority, made when there is none, and its certificate renewed with the same key: who believes the old one, believes the new one's work. */
export async function ensureAuthority(store: TlsStore, now: Date, issued: string[]): Promise<Stored> {
  const found = await store.read(store.authorityFile);
  if (found && !isDue(lifeOf(found), now)) {
    await publish(store, found);
    return found;
  }
  const { createCertificate, identityPem, newSerialNumber, readIdentity } = await x509();
  const request = { kind: 'authority', ...validityFrom(now, 'authority') } as const;
  if (found) {
    const commonName = /CN=(.*)/.exec(found.certificate.subject)?.[1] ?? 'Plinth';
    const renewed = createCertificate({ ...request, commonName, key: readIdentity(found.text).key });
    await store.write(store.authorityFile, identityPem(renewed));
    issued.push('authority');
  } else {
    const serial = newSerialNumber();
    const made = createCertificate({ ...request, commonName: `Plinth ${serial.slice(0, 8)}`, serialNumber: serial });
    if (await store.writeAuthority(identityPem(made))) issued.push('authority');
  }
  const authority = (await store.read(store.authorityFile)) as Stored;
  await publish(store, authority);
  return authority;
}

async function publish(store: TlsStore, { certificate }: Stored): Promise<void> {
  const text = certificate.toString();
  if ((await store.readPublic(store.publicFile)) !== text) await store.writePublic(store.publicFile, text);
}

/** Whether the server's certificate still does: of this authority, for these names, with more than a third of its life left. */
export function isServerGood(found: Stored, authority: Stored, names: readonly string[], now: Date): boolean {
  const has = namesIn(found.certificate.subjectAltName);
  const sameNames = has.length === names.length && names.every((name) => has.includes(canonicalAddress(name)));
  return sameNames && found.certificate.verify(authority.certificate.publicKey) && !isDue(lifeOf(found), now);
}

/** Makes a certificate for a server (with its names) or a client, noted in the ledger before it exists. */
export async function issue(
  store: TlsStore,
  authority: Stored,
  now: Date,
  wanted: { readonly kind: 'server' | 'client'; readonly name: string; readonly names?: readonly string[]; readonly file: string },
): Promise<Stored> {
  const { createCertificate, identityPem, newSerialNumber, readIdentity } = await x509();
  const { kind, name, names, file } = wanted;
  const serial = newSerialNumber();
  const life = validityFrom(now, kind);
  await store.note([{ serial, kind, name, validUntil: life.validUntil.toISOString() }]);
  const made = createCertificate(
    { kind, commonName: name, serialNumber: serial, ...life, ...(names && { names }) },
    readIdentity(authority.text),
  );
  await store.write(file, identityPem(made));
  return (await store.read(file)) as Stored;
}

/** The serial number that is revoked from the beginning: with it a server can be asked whether it looks at the list. */
export function probeSerial(ledger: readonly LedgerEntry[]): string | undefined {
  return ledger.flatMap((entry) => ('kind' in entry && entry.kind === 'probe' ? [entry.serial] : []))[0];
}

/** Certificates that are believed by now: neither expired nor revoked. */
export function believed(ledger: readonly LedgerEntry[], now: Date) {
  const revoked = new Set(ledger.flatMap((entry) => ('revoked' in entry ? [entry.revoked] : [])));
  return ledger.flatMap((entry) =>
    'serial' in entry && entry.kind !== 'probe' && !revoked.has(entry.serial) && new Date(entry.validUntil) > now ? [entry] : [],
  );
}

/** The list of revoked certificates, made anew when it lacks one or has little life left. True when it was. */
export async function ensureRevocations(store: TlsStore, authority: Stored, now: Date): Promise<boolean> {
  const ledger = [...(await store.ledger())];
  if (probeSerial(ledger) === undefined) {
    const { newSerialNumber } = await x509();
    const validUntil = new Date(now.getTime() + 2 * lifeMs.authority).toISOString();
    const probe: LedgerEntry = { serial: newSerialNumber(), kind: 'probe', name: 'revoked', validUntil };
    await store.note([probe]);
    ledger.push(probe);
  }
  const serials = revokedSerials(ledger, now);
  const found = await store.revocations();
  const isWhole =
    found !== undefined && found.serials.length === serials.length && serials.every((serial) => found.serials.includes(serial));
  if (isWhole && !isDue(found, now)) return false;
  const { createRevocations, readIdentity } = await x509();
  const life = validityFrom(now, 'revocations');
  await store.writeRevocations(createRevocations(readIdentity(authority.text), life, serials), { ...life, serials });
  return true;
}

// One that has expired is refused without a list.
function revokedSerials(ledger: readonly LedgerEntry[], now: Date): readonly string[] {
  const revoked = new Set(ledger.flatMap((entry) => ('revoked' in entry ? [entry.revoked] : [])));
  const isOn = (entry: LedgerEntry) =>
    'serial' in entry && (entry.kind === 'probe' || revoked.has(entry.serial)) && new Date(entry.validUntil) > now;
  return ledger.flatMap((entry) => (isOn(entry) && 'serial' in entry ? [entry.serial] : []));
}
