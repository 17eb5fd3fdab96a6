/** How one variant is explored: in this process, or in another one of `--jobs`. */
import { defined } from '../../base/defined.js';
import { DEFAULT_SEED } from '../../explore/options.js';
import type { Verdict } from '../../record/verdict.js';
import { recordPath } from '../../report/results/reports.js';
import type { VariantResult } from '../../report/results/results.js';
import { identityOf } from '../../server/identity.js';
import { variantIdentity } from '../selection/select.js';
import type { SizedVariant } from '../selection/sized.js';
import { describeError } from '../context/errors.js';
import type { MemberProcess } from '../jobs/member-process.js';
import { ProcessCrew } from '../jobs/process-crew.js';
import { refOf, type ExploreSettings } from '../jobs/protocol.js';
import type { VariantRef } from '../context/findings.js';
import type { RunContext, RunFlags } from './run-context.js';

/** Explores a variant, here or elsewhere. @param over - ends it, as a verdict `incomplete` or `error` @internal */
export type Explorer = (run: RunContext, sized: SizedVariant, over: AbortSignal) => Promise<Verdict>;

/** Explores in this process. @param crew - other processes that help, since they have nothing else to do @internal */
export function exploreHere(crew: readonly MemberProcess[]): Explorer {
  return async ({ context, runner, session, progress, flags, unfinished }, sized, over) => {
    // What others were to do may not be needed for long: that one is gone is to be known at once.
    const gone = new AbortController();
    let lost: Error | undefined;
    for (const member of crew) {
      void member.lost.then((error) => {
        lost ??= error;
        gone.abort();
      });
    }
    const verdict = await runner.explore(sized.scenario, {
      session: session.environment,
      identity: variantIdentity(sized),
      signal: AbortSignal.any([context.signal, gone.signal, over]),
      onProgress: (explored) => progress.update(explored),
      ...settingsOf(flags, sized),
      onUnfinished: (saved) => unfinished.save(sized, saved),
      ...defined({
        resume: unfinished.of(sized),
        crew:
          crew.length === 0
            ? undefined
            : new ProcessCrew(crew, sizedRef(flags, sized), flags.seed ?? DEFAULT_SEED),
      }),
    });
    if (lost !== undefined && verdict.kind === 'incomplete' && !context.signal.aborted) throw lost;
    return verdict;
  };
}

/** Explores in another process. @internal */
export function exploreAt(member: MemberProcess): Explorer {
  return async ({ flags, unfinished }, sized, over) => {
    const stop = (): void => void member.stop();
    over.addEventListener('abort', stop, { once: true });
    try {
      const answer = await member.ask('explore', {
        ref: sizedRef(flags, sized),
        settings: settingsOf(flags, sized),
        resume: unfinished.of(sized),
      });
      if (answer.unfinished !== undefined) unfinished.save(sized, answer.unfinished);
      if (!answer.usable) await member.withoutRedis();
      return answer.verdict;
    } finally {
      over.removeEventListener('abort', stop);
    }
  };
}

/** Explores a variant and puts its result together. An exploration that throws has the verdict `error`. @internal */
export async function resultOf(
  run: RunContext,
  sized: SizedVariant,
  explorer: Explorer,
  over: AbortSignal,
): Promise<VariantResult> {
  const startedMs = performance.now();
  let verdict: Verdict;
  try {
    verdict = await explorer(run, sized, over);
  } catch (error) {
    // One variant that cannot run must not hide what the others came to.
    verdict = errorVerdict(run, sized, describeError(error), performance.now() - startedMs);
  }
  run.unfinished.settle(sized, verdict);
  return withVerdict(sized, verdict);
}

/** The result of a variant that was not explored at all. @param why - in one line @internal */
export function resultNotRun(run: RunContext, sized: SizedVariant, why: string): VariantResult {
  return withVerdict(sized, errorVerdict(run, sized, `not run: ${why}`, 0));
}

function withVerdict(sized: SizedVariant, verdict: Verdict): VariantResult {
  const { lab, variant } = variantIdentity(sized);
  const record = verdict.record === undefined ? undefined : recordPath(lab, variant);
  return { lab, variant, expect: sized.variant.expect, verdict, record };
}

function errorVerdict(
  { session, flags }: RunContext,
  { scenario }: SizedVariant,
  message: string,
  tookMs: number,
): Verdict {
  return {
    kind: 'error',
    scenario: scenario.name,
    workers: scenario.workers.length,
    invariant: undefined,
    message,
    strategy: flags.strategy ?? 'auto',
    executions: 0,
    complete: false,
    bounds: { preemptions: flags.preemptions, faults: scenario.faults.budget },
    capped: 0,
    minimal: undefined,
    record: undefined,
    redis: identityOf(session.server),
    tookMs: Math.round(tookMs),
  };
}

/** Names a variant of this run for other processes. @internal */
export function sizedRef({ workers, faults }: RunFlags, sized: SizedVariant): VariantRef {
  // Workers that differ from each other are as many as there are.
  return refOf(sized, sized.scenario.uniform ? workers : undefined, faults);
}

function settingsOf(
  { strategy, runs, seed, delays, predict, ...flags }: RunFlags,
  { lab, variant }: SizedVariant,
): ExploreSettings {
  const preemptions = flags.preemptions ?? variant.preemptions;
  const seconds = flags.seconds ?? lab.seconds;
  return defined({ strategy, runs, seconds, seed, preemptions, delays, predict });
}
