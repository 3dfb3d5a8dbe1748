import type { LoginName } from '../../model/roles.ts';
import type { RotationPhase } from '../../model/secrets.ts';

/** A service by the name people use. */
export const serviceNames = { app: 'plinth_app', migrator: 'plinth_migrator' } as const satisfies Record<string, LoginName>;
export type ServiceName = keyof typeof serviceNames;

/** The credential of a service. */
export interface ServiceStatus {
  readonly service: ServiceName;
  /** The login that new connections use. */
  readonly login: string;
  readonly phase: RotationPhase;
  /** It stands in an option, where Plinth cannot change it. */
  readonly isGiven: boolean;
  /** The earliest end of its password on any server; null where it has none. */
  readonly expires: Date | null;
}

export interface RotationRequest {
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
  /** How long sessions of the old login are waited for. Default: a minute. */
  readonly waitMs?: number;
}

/** Sessions that still use the old login. */
export interface LingeringSession {
  readonly server: string;
  readonly pid: number;
  readonly applicationName: string;
}

/** How a rotation ended: done, or with the old login still good, because sessions use it; running it again goes on. */
export interface RotationResult {
  readonly service: ServiceName;
  readonly login: string;
  readonly left: string;
  readonly isDone: boolean;
  readonly lingering: readonly LingeringSession[];
}

/** Replaces the credentials of the platform's services while they are used. */
export interface Rotation {
  /**
   * Makes a second login for a service, moves new connections over, and revokes the first when no session uses it. Each step is whole
   * and can be repeated: one that was killed is gone on with.
   * @throws PLINTH_ACCESS_SERVICE_UNKNOWN, PASSWORD_GIVEN, ROTATION_BUSY, CREDENTIAL_REFUSED, NOT_ALLOWED
   */
  rotate(service: string, request?: RotationRequest): Promise<RotationResult>;
  /**
   * The same where less than a third of the password's life is left, or a rotation was not ended; undefined where neither is so, and for
   * passwords that are given. One without an end is due on our own servers; on attached ones somebody may have a copy of the file.
   */
  rotateDue(service: ServiceName, request?: RotationRequest): Promise<RotationResult | undefined>;
  status(): Promise<readonly ServiceStatus[]>;
}
