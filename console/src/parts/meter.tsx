/** How much of a limit is used, as a bar. Decoration only: the numbers stand beside it in words. */
export function Meter({ value, max }: { value: number; max: number }) {
  const share = max > 0 ? Math.min(value / max, 1) : 0;
  return (
    <span className="meter" aria-hidden="true" data-crowded={share > 0.75}>
      <span style={{ width: `${share * 100}%` }} />
    </span>
  );
}
