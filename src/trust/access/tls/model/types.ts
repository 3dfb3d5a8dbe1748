/** What a certificate is for. */
export type CertificateKind = 'authority' | 'server' | 'client';

/** A certificate of ours as it lies in the data folder. */
export interface CertificateStatus {
  readonly kind: CertificateKind;
  /** The authority's or server's name, or `<role>@<holder>` of a client. */
  readonly name: string;
  /** Names and addresses it is good for; of a server. */
  readonly names: readonly string[];
  readonly file: string;
  readonly validFrom: Date;
  readonly validUntil: Date;
  readonly daysLeft: number;
  /** Less than a third of its life is left, so the next round renews it. */
  readonly isDue: boolean;
  readonly fingerprint: string;
}

export interface TlsStatus {
  readonly certificates: readonly CertificateStatus[];
  /** The list of revoked certificates: until when it is believed, and how many are on it. */
  readonly revocations: { readonly file: string; readonly validUntil: Date; readonly count: number } | undefined;
  /** `ours`: our running server shows our newest certificate; `other`: another one; `plaintext`; `attached`: a server that others run. */
  readonly server: 'ours' | 'other' | 'plaintext' | 'attached';
  /** A URL for programs beside the platform, which verifies everything and holds no password; absent for attached servers. */
  readonly url: string | undefined;
}

/** What `ensure` and `renew` did. */
export interface TlsChanges {
  /** Names of certificates that were made, in order. */
  readonly issued: readonly string[];
  /** Whether the server took something up. */
  readonly isInstalled: boolean;
}

/** A client's certificate with its key, in one file of mode 0600. */
export interface IssuedClient {
  readonly name: string;
  readonly file: string;
  readonly validUntil: Date;
}

/** Certificates of a platform: its authority, and who shows one of that authority's. */
export interface Tls {
  /**
   * Makes what is missing or has less than a third of its life left, and lets our own server take it up; running connections keep theirs.
   * `isForced`: the server's certificate and those of all clients, whatever is left. Of attached servers the files are made only.
   * @throws PLINTH_ACCESS_SECRETS_EXPOSED, PLINTH_CLUSTER_TLS_REFUSED
   */
  ensure(request?: { readonly isForced?: boolean }): Promise<TlsChanges>;
  status(): Promise<TlsStatus>;
  /** A certificate with which its holder logs in as the role. @throws PLINTH_ACCESS_CERTIFICATE_NAME, CERTIFICATE_EXISTS */
  issue(name: string): Promise<IssuedClient>;
  /** Nobody gets in with any certificate of that name that was ever made. Deletes the file. @throws PLINTH_ACCESS_CERTIFICATE_UNKNOWN */
  revoke(name: string): Promise<void>;
  /** What a server refuses and what we refuse of a server, each tried; of our own server where no URL is given. */
  tryOut(url?: string): Promise<Trials>;
}

export interface Trials {
  readonly where: string;
  /** What both sides chose when nothing was wrong. */
  readonly spoken: { readonly protocol: string; readonly cipher: string };
  /** Whether chain and name of the server's certificate hold; why not, where they do not. */
  readonly verified: true | string;
  readonly trials: readonly Trial[];
}

/** One thing that was tried at a server. */
export interface Trial {
  readonly what: string;
  /** Who has to refuse it: the server, or our side of the connection. */
  readonly refusedBy: 'server' | 'client';
  /** `not tried`: this machine cannot offer it, or the server does not ask for it; proves nothing. */
  readonly outcome: 'refused' | 'accepted' | 'not tried';
  /** In the words of who refused, or why it was not tried. */
  readonly evidence: string;
}
