import { outcomeOf, type VariantResult } from '../../report/results/results.js';
import { describeError } from '../context/errors.js';
import { canHaveOwnServer } from '../jobs/members.js';
import type { SizedVariant } from '../selection/sized.js';
import { variantIdentity } from '../selection/select.js';
import { sizedRef } from './explore-variant.js';
import type { RunContext } from './run-context.js';

/**
 * Runs each finding that was not expected once more, in a process that did not find it: a failure that depends on what a
 * process did before, or on the order in which it loaded its modules, would not come back for anybody else. Expected ones
 * are kept as records, and replayed by whoever keeps them.
 *
 * @returns the results, whose records say what it came to. Where no other process can be had, they say nothing of it
 * @internal
 */
export async function confirmFindings(
  { context, runner, progress, flags }: RunContext,
  variants: readonly SizedVariant[],
  results: readonly VariantResult[],
): Promise<readonly VariantResult[]> {
  // A round of --watch is to say at once what it found, and a server given by its address is one.
  if (flags.watch === true || !canHaveOwnServer(flags) || context.signal.aborted) return results;
  const findings = results.flatMap((result) => {
    const { record, kind } = result.verdict;
    const sized = variants.find((one) => isOf(one, result));
    if (record === undefined || sized === undefined || kind === 'incomplete') return [];
    if (outcomeOf(result) === 'as expected') return [];
    return [{ result, ref: sizedRef(flags, sized), record }];
  });
  if (findings.length === 0) return results;
  progress.say('running what was found once more, in another process');
  try {
    const outcomes = await runner.confirm(findings, flags, context.signal, (line) => progress.note(line));
    return results.map((result) => {
      const at = findings.findIndex((one) => one.result === result);
      const elsewhere = outcomes[at];
      if (elsewhere === undefined) return result;
      const { record } = findings[at]!;
      const reproduced = { ...record.reproduced, elsewhere };
      return { ...result, verdict: { ...result.verdict, record: { ...record, reproduced } } };
    });
  } catch (error) {
    if (!context.signal.aborted)
      progress.note(`what was found was not run in another process: ${describeError(error)}`);
    return results;
  } finally {
    progress.clear();
  }
}

function isOf(sized: SizedVariant, { lab, variant }: VariantResult): boolean {
  const identity = variantIdentity(sized);
  return identity.lab === lab && identity.variant === variant;
}
