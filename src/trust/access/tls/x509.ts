import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { isIP } from 'node:net';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  CertificateList,
  CRLNumber,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_cRLNumber,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_clientAuth,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  RevokedCertificate,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  TBSCertList,
  Time,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import type { Validity as Life } from '../model/life.ts';

/** A certificate and its private key as objects of Node. */
export interface Identity {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
}

export interface CertificateRequest extends Life {
  readonly commonName: string;
  readonly kind: 'authority' | 'server' | 'client';
  /** Names and addresses of a server. */
  readonly names?: readonly string[];
  /** Default: a new one of P-256. */
  readonly key?: KeyObject;
  /** Hexadecimal; default: 16 random bytes. */
  readonly serialNumber?: string;
}

const commonNameId = '2.5.4.3';
// ecdsa-with-SHA256, which has no parameters.
const signatureAlgorithm = new AlgorithmIdentifier({ algorithm: '1.2.840.10045.4.3.2' });

/** 128 random bits, positive and without a leading zero, so that it is written the same way everywhere. */
export function newSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

/** A certificate signed by `issuer`; by itself where there is none. */
export function createCertificate(request: CertificateRequest, issuer?: Identity): Identity {
  const key = request.key ?? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const publicKey = AsnConvert.parse(createPublicKey(key).export({ type: 'spki', format: 'der' }), SubjectPublicKeyInfo);
  const subject = nameOf(request.commonName);
  const ownId = keyIdentifier(publicKey);
  const issuing = issuer && AsnConvert.parse(issuer.certificate.raw, Certificate).tbsCertificate;
  const body = new TBSCertificate({
    version: Version.v3,
    serialNumber: bytesOf(request.serialNumber ?? newSerialNumber()),
    signature: signatureAlgorithm,
    issuer: issuing?.subject ?? subject,
    validity: new Validity({ notBefore: request.validFrom, notAfter: request.validUntil }),
    subject,
    subjectPublicKeyInfo: publicKey,
    extensions: new Extensions([
      ...purpose(request),
      extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(ownId)),
      authorityIdentifier(issuing ? keyIdentifier(issuing.subjectPublicKeyInfo) : ownId),
    ]),
  });
  const signatureValue = signed(body, issuer?.key ?? key);
  const der = AsnConvert.serialize(new Certificate({ tbsCertificate: body, signatureAlgorithm, signatureValue }));
  return { certificate: new X509Certificate(Buffer.from(der)), key };
}

/** A list of revoked serial numbers in PEM, below a line that says until when it is good. */
export function createRevocations(issuer: Identity, { validFrom, validUntil }: Life, serialNumbers: readonly string[]): string {
  const { subject, subjectPublicKeyInfo } = AsnConvert.parse(issuer.certificate.raw, Certificate).tbsCertificate;
  const list = new TBSCertList({
    version: Version.v2,
    signature: signatureAlgorithm,
    issuer: subject,
    thisUpdate: new Time(validFrom),
    nextUpdate: new Time(validUntil),
    revokedCertificates: serialNumbers.map(
      (serial) => new RevokedCertificate({ userCertificate: bytesOf(serial), revocationDate: new Time(validFrom) }),
    ),
    crlExtensions: [
      authorityIdentifier(keyIdentifier(subjectPublicKeyInfo)),
      // Has to grow from list to list.
      extension(id_ce_cRLNumber, new CRLNumber(Math.floor(validFrom.getTime() / 1_000))),
    ],
  });
  const der = AsnConvert.serialize(new CertificateList({ tbsCertList: list, signatureAlgorithm, signature: signed(list, issuer.key) }));
  return pem('X509 CRL', Buffer.from(der));
}

/** Certificate, then key: what a server or a client of PostgreSQL takes as one file. */
export function identityPem({ certificate, key }: Identity): string {
  return `${certificate.toString()}${key.export({ type: 'pkcs8', format: 'pem' })}`;
}

/** The reverse. @throws what Node says of a file that holds neither */
export function readIdentity(text: string): Identity {
  return { certificate: new X509Certificate(text), key: createPrivateKey(text) };
}

function purpose({ kind, names = [] }: CertificateRequest): Extension[] {
  if (kind === 'authority') {
    return [
      extension(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
      extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign), true),
    ];
  }
  const alternatives = names.map((name) => new GeneralName(isIP(name) === 0 ? { dNSName: name } : { iPAddress: name }));
  return [
    extension(id_ce_basicConstraints, new BasicConstraints({ cA: false }), true),
    extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), true),
    extension(id_ce_extKeyUsage, new ExtendedKeyUsage([kind === 'server' ? id_kp_serverAuth : id_kp_clientAuth])),
    ...(alternatives.length > 0 ? [extension(id_ce_subjectAltName, new SubjectAlternativeName(alternatives))] : []),
  ];
}

function nameOf(commonName: string): Name {
  const value = new AttributeValue({ utf8String: commonName });
  return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: commonNameId, value })])]);
}

const extension = (extnID: string, value: unknown, critical = false) =>
  new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });

const authorityIdentifier = (id: ArrayBuffer) =>
  extension(id_ce_authorityKeyIdentifier, new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(id) }));

/** RFC 7093: the first 160 bits of a hash of the key. */
const keyIdentifier = ({ subjectPublicKey }: SubjectPublicKeyInfo) =>
  exact(createHash('sha256').update(Buffer.from(subjectPublicKey)).digest().subarray(0, 20));

const signed = (body: unknown, key: KeyObject) => exact(sign('sha256', Buffer.from(AsnConvert.serialize(body)), key));
const bytesOf = (hex: string) => exact(Buffer.from(hex, 'hex'));

// A Buffer may be a window into a larger pool.
function exact(bytes: Buffer): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
