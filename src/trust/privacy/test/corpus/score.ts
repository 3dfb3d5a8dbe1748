/** One judged example: what it is, and what was said. */
export interface Judged {
  readonly what: string;
  readonly label: string;
  readonly said: string;
}

export interface Score {
  readonly precision: number;
  readonly recall: number;
}

const ratio = (part: number, whole: number) => (whole === 0 ? 1 : part / whole);

/** Over all examples, or of one label: `none` is the absence of a finding and no label of its own. */
export function scoreOf(judged: readonly Judged[], label?: string): Score {
  const isOurs = (given: string) => (label === undefined ? given !== 'none' : given === label);
  const right = judged.filter((one) => isOurs(one.label) && one.said === one.label).length;
  return {
    precision: ratio(right, judged.filter((one) => isOurs(one.said)).length),
    recall: ratio(right, judged.filter((one) => isOurs(one.label)).length),
  };
}

/** Labels whose score is below the bar, and every example that was judged wrongly: what a failing test prints. */
export function confusion(judged: readonly Judged[], bar: number): readonly string[] {
  const labels = [...new Set(judged.map(({ label }) => label))].filter((label) => label !== 'none');
  const below = [undefined, ...labels].flatMap((label) => {
    const { precision, recall } = scoreOf(judged, label);
    if (precision >= bar && recall >= bar) return [];
    return [`${label ?? 'overall'}: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}`];
  });
  const wrong = judged.filter(({ label, said }) => label !== said).map(({ what, label, said }) => `  ${what} is ${label}, said ${said}`);
  return below.length > 0 ? [...below, ...wrong] : [];
}
