/** How much of a limit is used, as a bar; the numbers stand beside it in words. */
export function Meter({ label, value, max }: { label: string; value: number; max: number }) {
  return <meter className="meter" aria-label={label} value={value} max={max} high={max * 0.75} optimum={0} />;
}
