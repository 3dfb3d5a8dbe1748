import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

export type Tone = 'good' | 'warn' | 'bad' | 'plain';

// The shape says the same as the colour.
const marks: Record<Tone, IconName | undefined> = { good: 'check', warn: 'warning', bad: 'cross', plain: undefined };

/** A state in one or two words. */
export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  const mark = marks[tone];
  return (
    <span className="badge" data-tone={tone}>
      {mark && <Icon name={mark} />}
      {children}
    </span>
  );
}

/** The name of a tier with its colour. */
export function TierName({ tier }: { tier: string }) {
  return (
    <span className="tier" data-tier={tier}>
      {tier}
    </span>
  );
}
