/** Does some work once. @returns how much was done */
export type Work = () => Promise<number>;

/** One side of a comparison: made anew for every round, since the other side must not pay for it. */
export type Side = () => Promise<{ readonly work: Work; readonly done: () => void }>;

/** How much one side gets done, divided by the other: the middle, the lowest and the highest of some rounds. */
export interface Ratio {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** The same in CPU time of this process, which a busy machine changes less. */
  readonly cpu: number;
  /** Medians, per second. */
  readonly perSecond: readonly [number, number];
}

/** How much one side got done in one round. */
interface Rate {
  readonly perSecond: number;
  readonly perCpuSecond: number;
}

const ROUNDS = 15;
const ROUND_MS = 250;

/** Lets two sides take turns, and compares how much they get done in the same time. */
export async function compare(measured: Side, baseline: Side): Promise<Ratio> {
  const pairs: (readonly [Rate, Rate])[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const base = await rate(baseline);
    const pair = [await rate(measured), base] as const;
    // The first round warms up.
    if (round > 0) pairs.push(pair);
  }
  const ratios = pairs.map(([a, b]) => a.perSecond / b.perSecond).toSorted((a, b) => a - b);
  return {
    median: median(ratios),
    low: ratios[0]!,
    high: ratios.at(-1)!,
    cpu: median(pairs.map(([a, b]) => a.perCpuSecond / b.perCpuSecond)),
    perSecond: [median(pairs.map(([a]) => a.perSecond)), median(pairs.map(([, b]) => b.perSecond))],
  };
}

async function rate(side: Side): Promise<Rate> {
  const { work, done } = await side();
  const cpu = process.cpuUsage();
  const start = performance.now();
  let amount = 0;
  let tookMs = 0;
  for (; tookMs < ROUND_MS; tookMs = performance.now() - start) amount += await work();
  const { user, system } = process.cpuUsage(cpu);
  done();
  return { perSecond: (amount / tookMs) * 1000, perCpuSecond: (amount / (user + system)) * 1e6 };
}

/** The middle one; of an even number, the upper of the two in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
