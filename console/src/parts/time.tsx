const language = navigator.language;
const full = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
const clock = new Intl.DateTimeFormat(language, { timeStyle: 'short' });
const seconds = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
const date = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', year: 'numeric' });
const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });

const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

function ago(value: Date): string {
  const seconds = (value.getTime() - Date.now()) / 1000;
  const [unit, size] = steps.find(([, step]) => Math.abs(seconds) >= step) ?? (['second', 1] as const);
  return relative.format(Math.round(seconds / size), unit);
}

// The shortest that is still clear: time today, day this year, else the date.
function short(value: Date): string {
  const now = new Date();
  if (value.toDateString() === now.toDateString()) return clock.format(value);
  return (value.getFullYear() === now.getFullYear() ? day : date).format(value);
}

/** A moment in the viewer's zone; UTC in the tooltip. */
export function Time({ value, as = 'full' }: { value: string | null | undefined; as?: 'full' | 'short' | 'ago' | 'clock' }) {
  if (!value) return <span className="faint">never</span>;
  const moment = new Date(value);
  const text = as === 'ago' ? ago(moment) : as === 'short' ? short(moment) : (as === 'clock' ? seconds : full).format(moment);
  return (
    <time dateTime={value} title={`${full.format(moment)}\n${moment.toISOString().replace('T', ' ').slice(0, 19)} UTC`}>
      {text}
    </time>
  );
}
