import type { TimeUnit } from '../../model/interval.ts';
import type { CandidateKey, Proposal } from '../types.ts';

const gib = 1024 ** 3;
const limits = { sizeBytes: 100 * gib, vacuumSeconds: 3600, deletedShare: 0.01, rows: 100_000_000, boundShare: 0.8 } as const;
/** Below it a partition costs more than it saves. */
const leastPartBytes = gib;
const mostParts = 200;
/** Of the server's buffers, for the indexes of the partition that is written. */
const indexShare = 0.25;

const daysIn: Readonly<Record<TimeUnit, number>> = { hour: 1 / 24, day: 1, week: 7, month: 30.4, quarter: 91.3, year: 365.25 };
const units = Object.keys(daysIn) as TimeUnit[];

export interface Measured {
  readonly rows: number;
  readonly sizeBytes: number;
  readonly indexBytes: number;
  readonly bufferBytes: number;
  readonly bytesPerDay?: number;
  readonly deletedPerDay?: number;
  readonly vacuumSeconds?: number;
  readonly keys: readonly CandidateKey[];
}

/** Reasons for a cut, and what speaks against it; worth it with a reason and a key that can be used. */
export function judge(measured: Measured): {
  readonly isWorthIt: boolean;
  readonly reasons: readonly string[];
  readonly key?: CandidateKey;
} {
  const { rows, sizeBytes, vacuumSeconds = 0, deletedPerDay = 0 } = measured;
  const key = bestKey(measured.keys);
  const deletedShare = rows > 0 ? deletedPerDay / rows : 0;
  const found: (string | false)[] = [
    sizeBytes > limits.sizeBytes && `it has ${Math.round(sizeBytes / gib)} GiB, more than 100`,
    vacuumSeconds > limits.vacuumSeconds && `a vacuum takes ${Math.round(vacuumSeconds / 60)} minutes, more than an hour`,
    deletedShare > limits.deletedShare && `${(deletedShare * 100).toFixed(1)} % of its rows are deleted a day, more than 1 %`,
    rows > limits.rows &&
      (key?.statementShare ?? 0) > limits.boundShare &&
      `it has more than ${limits.rows / 1e6} million rows, and ${Math.round((key?.statementShare ?? 0) * 100)} % of its statements name ${key?.column}`,
  ];
  const reasons = found.filter((reason) => reason !== false);
  if (reasons.length === 0) {
    const against =
      'not more than 100 GiB, vacuums not longer than an hour, not more than 1 % of its rows deleted a day, not 100 million rows that are asked for by time';
    return { isWorthIt: false, reasons: [against], ...(key && { key }) };
  }
  if (!key) return { isWorthIt: false, reasons: [...reasons, 'but it has no time, uuid or bigint column to be cut by'] };
  return { isWorthIt: true, reasons, key };
}

/** What statements ask for, then what needs the least change, then what rows lie in order of. */
function bestKey(keys: readonly CandidateKey[]): CandidateKey | undefined {
  const order: readonly CandidateKey['strategy'][] = ['time', 'uuid7', 'id'];
  return keys.toSorted(
    (a, b) =>
      Math.round((b.statementShare ?? 0) * 10) - Math.round((a.statementShare ?? 0) * 10) ||
      order.indexOf(a.strategy) - order.indexOf(b.strategy) ||
      a.problems.length - b.problems.length ||
      Math.abs(b.correlation ?? 0) - Math.abs(a.correlation ?? 0),
  )[0];
}

/**
 * The smallest interval whose partitions are worth one, of which there are not too many, and, if there is one, with indexes that fit the
 * server's buffers. Undefined where nobody knows how fast the table grows.
 */
export function propose(measured: Measured, key: CandidateKey, keepDays?: number): Proposal | undefined {
  const { rows, sizeBytes, indexBytes, bufferBytes, bytesPerDay } = measured;
  const base = { key: key.column, strategy: key.strategy };
  if (key.strategy === 'id') {
    if (rows === 0 || sizeBytes === 0) return undefined;
    const needed = Math.max((rows * leastPartBytes) / sizeBytes, rows / mostParts);
    const every = 10 ** Math.ceil(Math.log10(needed));
    return { ...base, every, parts: Math.ceil(rows / every), bytesPerPart: Math.round((sizeBytes * every) / rows) };
  }
  if (bytesPerDay === undefined || bytesPerDay <= 0) return undefined;
  const days = keepDays ?? sizeBytes / bytesPerDay;
  const choices = units.map((every) => {
    const bytesPerPart = bytesPerDay * daysIn[every];
    const isFitting = bytesPerPart * (indexBytes / sizeBytes) <= bufferBytes * indexShare;
    return { ...base, every, parts: Math.max(1, Math.ceil(days / daysIn[every])), bytesPerPart: Math.round(bytesPerPart), isFitting };
  });
  const worth = choices.filter(({ parts, bytesPerPart }) => parts <= mostParts && bytesPerPart >= leastPartBytes);
  const chosen = worth.find(({ isFitting }) => isFitting) ?? worth[0] ?? choices.find(({ parts }) => parts <= mostParts) ?? choices.at(-1);
  if (!chosen) return undefined;
  const { isFitting, ...proposal } = chosen;
  return proposal;
}
