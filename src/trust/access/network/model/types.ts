import type { EnvironmentName } from '../../model/environments.ts';
import type { HbaLine } from './hba.ts';

export interface NetworkRules {
  readonly environment: EnvironmentName;
  readonly lines: readonly HbaLine[];
  /** The lines as pg_hba.conf, below those for logins by certificate, which come with the certificates. */
  readonly text: string;
  /** What the server listens on from its next start: this machine, or all addresses where networks are named. */
  readonly listenAddresses: string;
}

export interface AppliedNetwork extends NetworkRules {
  readonly file: string;
  /** False where the file was as it should be already. */
  readonly isChanged: boolean;
}

/** Ways to keep others off the network path, with the networks and ports of an environment filled in. */
export interface NetworkGuidance {
  readonly advice: readonly { readonly topic: string; readonly text: string }[];
  readonly terraform: string;
  readonly networkPolicy: string;
}

export interface Network {
  /** What pg_hba.conf and listen_addresses should be. Connects to find out who administers the server. */
  rules(environment?: EnvironmentName): Promise<NetworkRules>;
  /**
   * Has cluster write pg_hba.conf of our own server: the server judges it and reads it, and a login is tried; on any objection the file from
   * before is put back. Sessions that are open stay.
   * @throws PLINTH_ACCESS_HBA_NOT_OURS, PLINTH_ACCESS_HBA_LOCKS_OUT, PLINTH_CLUSTER_RULES_REFUSED
   */
  apply(environment?: EnvironmentName): Promise<AppliedNetwork>;
  guidance(environment?: EnvironmentName): Promise<NetworkGuidance>;
}
