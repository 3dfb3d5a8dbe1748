export const alertSeverities = ['info', 'warning', 'critical'] as const;
export type AlertSeverity = (typeof alertSeverities)[number];

export interface AlertRule {
  readonly comparison: '>' | '<';
  readonly threshold: number;
  /** How long it has to be so. */
  readonly forMs: number;
}

/** Of one alert of one queue. */
export interface AlertState {
  /** Since when the metric has been beyond the threshold; undefined while it is not. */
  readonly beyondSinceMs: number | undefined;
  readonly isFiring: boolean;
}

export const quiet: AlertState = { beyondSinceMs: undefined, isFiring: false };

/** Undefined: there is nothing to measure, which ends an alert as a good value does. */
export function nextAlert(
  state: AlertState,
  { comparison, threshold, forMs }: AlertRule,
  value: number | undefined,
  nowMs: number,
): AlertState {
  const isBeyond = value !== undefined && (comparison === '>' ? value > threshold : value < threshold);
  if (!isBeyond) return quiet;
  const beyondSinceMs = state.beyondSinceMs ?? nowMs;
  return { beyondSinceMs, isFiring: state.isFiring || nowMs - beyondSinceMs >= forMs };
}
