/** A password that was given; never the secret. */
export interface Credential {
  readonly role: string;
  readonly purpose: string;
  /** Tells two passwords apart, leads to none. */
  readonly fingerprint: string;
  readonly created: Date;
  readonly expires: Date;
  /** Absent while it is the login's password. */
  readonly retired?: Date;
}

export interface GivenPassword {
  readonly role: string;
  /** The secret: shown once, kept nowhere by the platform. */
  readonly password: string;
  readonly fingerprint: string;
  readonly expires: Date;
}

export interface Passwords {
  /**
   * Gives an account, or a login of the platform that it does not use itself, a new password: the given one where the policy allows it,
   * else 32 random bytes. Open sessions stay; new ones need the new password at once. The server gets the verifier alone.
   * @throws PLINTH_ACCESS_PASSWORD_WEAK, PLINTH_ACCESS_PASSWORD_NOT_HERE, PLINTH_ACCESS_ROLE_MISSING
   */
  set(request: { readonly role: string; readonly password?: string; readonly purpose?: string }): Promise<GivenPassword>;
  /** The latest 500 that were given, newest first. */
  credentials(): Promise<readonly Credential[]>;
}
