/** How many jobs an effective band may give to a claim, in the order of their turns. */
export interface Quota {
  readonly effective: number;
  /** What it is due. */
  readonly share: number;
  /** What it may give: more than its share where it gets what others leave. */
  readonly most: number;
}

interface Account {
  weight: number;
  /** Processing time used, for each unit of weight: who has used least is owed most. */
  used: number;
  meanMs: number;
  isDry: boolean;
}

const meanWeight = 0.05;
const leastMs = 0.01;
// A turn is so many jobs, or as many as run for that long: each costs a probe of the index, and a round of the ring is short all the same.
const leastTurn = 2;
const mostTurn = 8;
const turnMs = 4;

/**
 * Shares of processing time between the effective bands, as one worker of one queue keeps them: no row is shared for it.
 * Time is charged when jobs are claimed, at the mean of their type, and corrected when they end. Work-conserving: what a band without jobs
 * leaves goes to the others, and it gathers no claim to it meanwhile.
 */
export class Shares {
  readonly #accounts: Account[];

  constructor(weights: readonly number[], meanMs = 10) {
    this.#accounts = weights.map((weight) => ({ weight, used: 0, meanMs, isDry: false }));
  }

  /** From now on: of what was used before, only how far bands differ still counts. */
  setWeights(weights: readonly number[]): void {
    const least = Math.min(...this.#accounts.map(({ used }) => used));
    for (const [band, account] of this.#accounts.entries()) {
      const weight = weights[band] ?? account.weight;
      account.used = ((account.used - least) * account.weight) / weight;
      account.weight = weight;
    }
  }

  /**
   * Splits a claim of `wanted` jobs so that all bands come to the same time used per weight. Every band is named: those that were dry first,
   * with the share that a job waiting there by now is due, then those that are owed most; whoever is owed nothing comes last, for the case
   * that those before cannot fill the claim. The sum may be above `wanted`.
   */
  split(wanted: number): readonly Quota[] {
    const live = this.#accounts.filter(({ isDry }) => !isDry);
    const level = this.#level(live.length > 0 ? live : this.#accounts, wanted);
    const floor = this.#floor();
    const owed = this.#accounts.map((account, effective) => {
      const used = account.isDry ? Math.max(account.used, floor) : account.used;
      return { effective, isDry: account.isDry, used, jobs: Math.max(0, ((level - used) * account.weight) / account.meanMs) };
    });
    owed.sort((a, b) => Number(b.isDry && b.jobs > 0) - Number(a.isDry && a.jobs > 0) || a.used - b.used || a.effective - b.effective);
    let rest = wanted;
    return owed.map(({ effective, isDry, jobs }, place) => {
      const share = Math.min(wanted, Math.max(1, Math.round(jobs)));
      if (isDry) return { effective, share, most: share };
      // The last one, and who comes when the claim is spoken for, gets what those before him leave.
      const most = rest > 0 && jobs > 0 && place < owed.length - 1 ? Math.min(share, rest) : wanted;
      rest -= most;
      return { effective, share, most };
    });
  }

  /** Jobs of one tenant in a turn. */
  turnOf(effective: number): number {
    return Math.min(mostTurn, Math.max(leastTurn, Math.floor(turnMs / this.#account(effective).meanMs)));
  }

  /** Charges jobs at their claim; none: the band had nothing. */
  charge(effective: number, jobs: number, expectedMs: number): void {
    const account = this.#account(effective);
    if (jobs === 0) {
      account.isDry = true;
      return;
    }
    // Time that went by without work of this band is nothing it could still ask for.
    if (account.isDry) account.used = Math.max(account.used, this.#floor());
    account.isDry = false;
    account.used += expectedMs / account.weight;
  }

  /** Corrects what was charged for one job by what its run took. */
  correct(effective: number, expectedMs: number, ranMs: number): void {
    const account = this.#account(effective);
    account.used += (ranMs - expectedMs) / account.weight;
    account.meanMs = Math.max(leastMs, account.meanMs + (ranMs - account.meanMs) * meanWeight);
  }

  /** Least time used per weight of those with jobs. */
  #floor(): number {
    const live = this.#accounts.filter(({ isDry }) => !isDry);
    return live.length > 0 ? Math.min(...live.map(({ used }) => used)) : Math.max(...this.#accounts.map(({ used }) => used));
  }

  /** The time used per weight to which `wanted` jobs fill the accounts up, as water does vessels of different depth. */
  #level(accounts: readonly Account[], wanted: number): number {
    const sorted = accounts.toSorted((a, b) => a.used - b.used);
    let width = 0;
    let volume = wanted;
    let level = sorted[0]?.used ?? 0;
    for (const { used, weight, meanMs } of sorted) {
      const needed = (used - level) * width;
      if (needed >= volume && width > 0) break;
      volume -= needed;
      level = used;
      width += weight / meanMs;
    }
    return level + volume / width;
  }

  #account(effective: number): Account {
    const account = this.#accounts[effective];
    if (!account) throw new RangeError(`no band ${effective}`);
    return account;
  }
}
