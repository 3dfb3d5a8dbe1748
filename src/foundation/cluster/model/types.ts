import type { Clock, Log, Tier } from '../../../kernel/index.ts';

/** What opening a cluster takes from its caller. */
export interface ClusterDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Absolute folder of the platform's data; made when it does not exist. */
  readonly dataDir: string;
  /** Its data need not survive a crash of the machine: nothing waits for the disk. */
  readonly isThrowaway?: boolean;
}

/** Where and as whom to connect. `host` beginning with `/` is the folder of a Unix socket. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password?: string;
  /** Passed to the driver as it is; absent on a socket and on loopback. */
  readonly ssl?: boolean | Readonly<Record<string, unknown>>;
}

/** What a server of ours proves itself with and whose clients it believes, in PEM. Made by access, which keeps the authority's key. */
export interface Certificates {
  /** The server's certificate, then its private key: one file, so that no kill leaves a pair that does not fit. */
  readonly identity: string;
  /** The authority that certificates of clients come from. */
  readonly authority: string;
  /** Those of its certificates that are not believed any more. */
  readonly revocations: string;
  /** Roles that log in over TCP by a certificate alone, made out to `<role>@<holder>`. */
  readonly roles: readonly string[];
  /** From where they may come, in CIDR notation; from this machine always. */
  readonly networks: readonly string[];
}

export type ClusterMode = 'embedded' | 'system' | 'attached';

/** One line of `plinth status`: what the server can do for us. */
export interface CapabilityVerdict {
  readonly capability: string;
  readonly verdict: 'works' | 'works with' | 'not here';
  /** What it works with, or why it is not here. Empty for `works`. */
  readonly because: string;
}

/** What one probe of a server found; asked instead of version numbers. */
export interface ServerProbe {
  readonly versionNumber: number;
  readonly version: string;
  readonly systemIdentifier: string;
  readonly isInRecovery: boolean;
  readonly settings: Readonly<Record<string, string>>;
  readonly extensions: readonly {
    readonly name: string;
    readonly availableVersion: string;
    readonly installedVersion?: string;
    readonly isPreloaded: boolean;
  }[];
  readonly privileges: {
    readonly isSuperuser: boolean;
    readonly canCreateRole: boolean;
    readonly canCreateDatabase: boolean;
    readonly canReplicate: boolean;
    readonly bypassesRowSecurity: boolean;
  };
  /** A transaction pooler in between, found by trying session features; undefined when the session is our own. */
  readonly pooler?: string;
  /** Name of the managed service whose signs were found. */
  readonly managedBy?: string;
  readonly verdicts: readonly CapabilityVerdict[];
}

/** The process that runs a platform, as its lock file tells; what a second `up`, `status` and `down` go by. */
export interface Supervisor {
  readonly pid: number;
  /** Start of that process as its operating system counts it; with the pid it names one process for ever. */
  readonly processStarted: string;
  readonly state: 'starting' | 'running';
  readonly mode: ClusterMode;
  /** When it took the lock, as ISO text. */
  readonly started: string;
  /** Where its own server listens; absent for attached servers. */
  readonly server?: { readonly postmasterPid: number; readonly port: number; readonly socketDir?: string; readonly logFile: string };
  /** What the platform told about itself, e.g. `url` and `adminLink`. The file is mode 0600. */
  readonly announced: Readonly<Record<string, string>>;
}

/** A PostgreSQL with the four databases. Disposing stops what this process started, and nothing else. */
export interface Server extends AsyncDisposable {
  readonly mode: ClusterMode;
  readonly dataDir: string;
  /** True when this process started the server and will stop it; false when it joined a running one. */
  readonly isOwner: boolean;
  /** The administrative endpoint of a tier: superuser on our own server, the role of the URL on an attached one. */
  endpoint(tier: Tier): Endpoint;
  /** What the tier's server is, has and allows; asked at most once a minute. */
  probe(tier: Tier): Promise<ServerProbe>;
  /** Free bytes on the disk that holds the data of our own server; undefined for servers that others run: PostgreSQL tells nobody. */
  freeBytes(): Promise<number | undefined>;
  /**
   * Encrypts our own server: installs the certificates, closes TCP to plaintext, and lets the running server read them. Open sessions keep
   * what they began with. Resolves when a handshake shows the new certificate; false when everything was in place. Where postgresql.conf names
   * other certificates, those stay.
   * @throws PLINTH_CLUSTER_NOT_OURS on attached servers; PLINTH_CLUSTER_TLS_REFUSED, after which all is as before
   */
  installCertificates(certificates: Certificates): Promise<boolean>;
  /**
   * Decides who comes into our own server: these lines of `pg_hba.conf` below those for logins by certificate. The server judges them, follows
   * them, and a login is tried; sessions that are open stay. False when the file said just that.
   * @throws PLINTH_CLUSTER_NOT_OURS on attached servers; PLINTH_CLUSTER_RULES_REFUSED, after which all is as before
   */
  installRules(rules: string): Promise<boolean>;
  /**
   * Where our own server listens, as `listen_addresses` takes it, at this start and all later ones; before anybody said so, 127.0.0.1. One that
   * listens elsewhere is started again, which ends its sessions. True when it was; where another process runs the server, nothing is done.
   * @throws PLINTH_CLUSTER_NOT_OURS on attached servers, PLINTH_CLUSTER_* of a start
   */
  listenOn(addresses: string): Promise<boolean>;
  /** Adds to what the lock file tells other processes, e.g. the HTTP address. Does nothing where another process holds the lock. */
  announce(details: Readonly<Record<string, string>>): Promise<void>;
}

/** A tenant whose rows are in a database of their own instead of the shared ones. */
export interface PlacedTenant {
  /** What people know it by; the same for ever. */
  readonly id: string;
  /** Gets changes before the others do; default: no. */
  readonly isCanary?: boolean;
  /** Its database, which holds all tiers, and the login that owns what is in it. */
  readonly endpoint: Endpoint;
}

/** Owned here, filled by tenancy or by `tenants` of plinth.config.ts: which tenants are placed, and where. */
export interface TenantDirectory {
  /** In any order; empty when all tenants are in the shared databases. */
  placed(): Promise<readonly PlacedTenant[]>;
  /**
   * Where work for a tenant in a tier goes; undefined: to the shared database. From memory, since it is asked before each transaction, and
   * the same object as long as it is the same place. Absent: nobody's work goes anywhere else.
   */
  placeOf?(tenantId: string, tier: Tier): Endpoint | undefined;
}

/** The PostgreSQL under a platform. */
export interface Cluster extends Server {
  /**
   * An empty server of ours with the same four databases, on a port of its own, to try a change on; also beside attached
   * servers. It takes one to two seconds; disposing stops it and deletes its files.
   */
  throwaway(): Promise<Server>;
}
