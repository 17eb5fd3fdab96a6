/** Who runs which variant. */
import { defined } from '../../base/defined.js';
import { count } from '../../base/text.js';
import { DEFAULT_RUNS } from '../../explore/options.js';
import type { VariantResult } from '../../report/results/results.js';
import { variantName } from '../selection/select.js';
import type { SizedVariant } from '../selection/sized.js';
import { Interrupted } from '../context/errors.js';
import { isUsable } from '../context/session.js';
import type { MemberProcess } from '../jobs/member-process.js';
import { exploreAt, exploreHere, resultNotRun, resultOf, type Explorer } from './explore-variant.js';
import { printLine } from './print.js';
import type { RunContext, RunFlags } from './run-context.js';

/**
 * How many more processes `--jobs` takes: all of them explore a single variant, while this process leads; of several
 * variants this process explores some itself. With `--ask` it explores each, once somebody has said what it will do.
 *
 * @internal
 */
export function membersFor({ jobs = 1, ask }: RunFlags, { length }: readonly SizedVariant[]): number {
  if (jobs === 1) return 0;
  if (length === 1) return jobs;
  return ask === true ? 0 : Math.min(jobs, length) - 1;
}

/**
 * Explores every variant and prints a line about each, in their order, as soon as it is known.
 *
 * @throws Interrupted when the user stopped it, after the searches that `--resume` can continue were saved
 * @internal
 */
export async function runAll(run: RunContext, variants: readonly SizedVariant[]): Promise<VariantResult[]> {
  const { context, flags, members, unfinished, folder } = run;
  const [crew, others] = variants.length === 1 ? [members, []] : [[], members];
  const all = new VariantsRun(run, variants);
  await Promise.all([
    all.work(exploreHere(crew)),
    ...others.map((member) => all.work(exploreAt(member), member)),
  ]);
  if (!context.signal.aborted) return all.completed();
  const stopped = `stopped: ${all.done} of ${count(variants.length, 'variant')} done, ${flags.out} is as it was`;
  const saved = await unfinished.write(folder);
  throw new Interrupted(
    saved === 0
      ? stopped
      : `${stopped} but for ${count(saved, 'search', 'searches')} to go on with: add --resume to the same command`,
  );
}

/** The variants of one run, and what they came to so far. */
class VariantsRun {
  readonly #results: (VariantResult | undefined)[] = [];
  #next = 0;
  #shown = 0;
  /** What was said when some process had no Redis any more: whoever kills one wants the run to end. */
  #lost: string | undefined;
  /** Ends what is explored when that is so. */
  readonly #ending = new AbortController();

  constructor(
    readonly run: RunContext,
    readonly variants: readonly SizedVariant[],
  ) {}

  /** Number of variants that have a result. */
  get done(): number {
    return this.#results.filter((result) => result !== undefined).length;
  }

  /** Explores one variant after the other, until none is left. @param member - undefined for this process */
  async work(explorer: Explorer, member?: MemberProcess): Promise<void> {
    const { context, progress, flags, session, asking } = this.run;
    const isOwn = member === undefined;
    const over = this.#ending.signal;
    // What a process explored when it ended is lost; all else is left to the others.
    while (this.#next < this.variants.length && !this.#isOver && member?.gone !== true) {
      const at = this.#next++;
      const sized = this.variants[at]!;
      await asking?.ask(sized);
      if (context.signal.aborted) return;
      if (isOwn) {
        const title = `[${at + 1}/${this.variants.length}] ${variantName(sized)}`;
        progress.start(title, {
          runs: flags.runs ?? DEFAULT_RUNS,
          ...defined({ seconds: flags.seconds ?? sized.lab.seconds }),
        });
      }
      const result = await resultOf(this.run, sized, explorer, over);
      const { kind, message } = result.verdict;
      const ownLost = isOwn && kind === 'error' && !(await isUsable(session.environment));
      // What an interrupted exploration says is about the interruption.
      if (context.signal.aborted || (over.aborted && (kind === 'incomplete' || kind === 'error'))) return;
      this.#show(at, result);
      if (!ownLost && member?.lostRedis !== true) continue;
      // Every other variant would only say so again, or go on for as long as it likes.
      this.#lost = message;
      this.#ending.abort();
    }
  }

  get #isOver(): boolean {
    return this.run.context.signal.aborted || this.#ending.signal.aborted;
  }

  /** Keeps a result, and prints it once all before it are there. */
  #show(at: number, result: VariantResult): void {
    const { context, progress, flags, asking } = this.run;
    this.#results[at] = result;
    progress.clear();
    for (; this.#results[this.#shown] !== undefined; this.#shown++) {
      const shown = this.#results[this.#shown]!;
      printLine(context, flags, shown);
      asking?.compare(this.variants[this.#shown]!, shown);
    }
  }

  /** A result for every variant, also for those that were not run because there was no Redis left. */
  completed(): VariantResult[] {
    const lost = this.#lost;
    if (lost === undefined) return this.#results.filter((result) => result !== undefined);
    const { context, flags } = this.run;
    // Some waited for those before them, which do not come any more.
    for (const result of this.#results.slice(this.#shown))
      if (result !== undefined) printLine(context, flags, result);
    const output = flags.json === true ? context.err : context.out;
    const left = this.variants.length - this.done;
    if (left > 0) output.write(`? ${count(left, 'more variant')} not run: there is no Redis any more\n`);
    return this.variants.map((sized, at) => this.#results[at] ?? resultNotRun(this.run, sized, lost));
  }
}
