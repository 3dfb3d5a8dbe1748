import type { Environment, Needs } from '../impact/index.ts';

export const approvalRoles = ['reviewer', 'security'] as const;
export type ApprovalRole = (typeof approvalRoles)[number];

export interface Approval {
  readonly id: string;
  readonly planHash: string;
  readonly environment: Environment;
  /** Hash of the lint verdict and the rehearsal it was given on. */
  readonly evidence: string;
  readonly approver: string;
  readonly role: ApprovalRole;
  readonly authors: readonly string[];
  readonly reason: string;
  readonly isSigned: boolean;
  /** ISO time. */
  readonly created: string;
  readonly expires: string;
}

/** Why an approval counts or does not. */
export type ApprovalVerdict = 'counts' | 'expired' | 'other plan' | 'other evidence' | 'own change';

export interface ApprovalStatus {
  readonly environment: Environment;
  /** Of what is pending now. */
  readonly planHash: string;
  /** Whether `up` asks for approval: in production, with something pending. */
  readonly isRequired: boolean;
  readonly needs: Needs;
  /** Given for this environment and not replaced, newest first. */
  readonly given: readonly (Approval & { readonly verdict: ApprovalVerdict })[];
  /** What is still missing, in sentences; empty when approved. */
  readonly missing: readonly string[];
  readonly isApproved: boolean;
  /** What the approver should know beside the report. */
  readonly warnings: readonly string[];
}

export interface ApprovalRequest {
  /** The account, or the user of the system. */
  readonly approver: string;
  /** Other names of the same person. */
  readonly aliases?: readonly string[];
  readonly reason: string;
  readonly role?: ApprovalRole;
}

export interface Approvals {
  /** What is needed for what is pending, what was given, and what is missing. Reads ledgers, files and catalogs. */
  status(): Promise<ApprovalStatus>;
  /**
   * Approves everything pending for this environment, for 72 hours. An earlier approval of the same person is replaced.
   *
   * @throws PLINTH_MIGRATE_NOTHING_TO_APPROVE, PLINTH_MIGRATE_NOT_REHEARSED, PLINTH_MIGRATE_REHEARSAL_FAILED, PLINTH_MIGRATE_LINT_ERRORS,
   * PLINTH_MIGRATE_OWN_CHANGE
   */
  approve(request: ApprovalRequest): Promise<Approval>;
  /** The same as a text signed with an Ed25519 key (PEM), to be handed over; keeps nothing. @throws as `approve` does */
  sign(request: ApprovalRequest, privateKey: string): Promise<string>;
  /**
   * Takes a signed text: it has to fit its approver's public key and what is pending now.
   *
   * @throws PLINTH_MIGRATE_BAD_SIGNATURE, PLINTH_MIGRATE_NOT_FITTING, PLINTH_MIGRATE_OWN_CHANGE
   */
  accept(signed: string): Promise<Approval>;
}

/** Owned here, filled by backup: what is known about restored backups. */
export interface BackupGate {
  /** The last backup that was restored and verified; undefined when none was. */
  lastVerified(): Promise<{ readonly restored: Date; readonly isArchiving: boolean } | undefined>;
}
