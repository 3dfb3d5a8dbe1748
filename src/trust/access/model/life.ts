const dayMs = 86_400_000;

/** Days that a password is good for. */
export const passwordDays = { person: 90, service: 30 } as const;

export const endOfPassword = (now: Date, kind: keyof typeof passwordDays = 'service') =>
  new Date(now.getTime() + passwordDays[kind] * dayMs);

/** From when until when a certificate or a password is good. */
export interface Validity {
  readonly validFrom: Date;
  readonly validUntil: Date;
}

/** Whether less than a third of its life is left. */
export function isDue({ validFrom, validUntil }: Validity, now: Date): boolean {
  return validUntil.getTime() - now.getTime() < (validUntil.getTime() - validFrom.getTime()) / 3;
}

export const daysUntil = (moment: Date, now: Date) => Math.floor((moment.getTime() - now.getTime()) / dayMs);
