import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defined } from '../../base/defined.js';
import { listed } from '../../base/text.js';
import type { Verdict } from '../../record/verdict.js';
import { passedLines, stillWrongLines } from '../../report/print/exercise.js';
import { ProgressLine } from '../../report/terminal/progress-line.js';
import { missingExports, type Exercise } from '../../scenario/lesson/exercise.js';
import type { CliContext } from '../context/context.js';
import { EXIT, Interrupted, UsageError } from '../context/errors.js';
import type { ServerFlags } from '../context/server-flags.js';
import { withServer } from '../context/session.js';
import { loadCode } from '../selection/own-lab.js';
import { shownPath } from '../selection/race-files.js';
import { labNamed } from '../selection/select.js';

/** Options of `race-lab check`. @internal */
export interface CheckFlags extends ServerFlags {
  /** The file with the learner's code. */
  readonly file?: string;
}

/** What a learner wrote. */
interface Learner {
  /** Its path, as it is shown. */
  readonly shown: string;
  readonly text: string;
  readonly code: object;
}

/** Says whether the exercise of a lab is done. @returns the exit code: 0 done, 1 not yet, 2 nobody can tell @internal */
export async function check(context: CliContext, word: string, flags: CheckFlags): Promise<number> {
  const labs = await context.loadLabs();
  const lab = labNamed(labs, word);
  const { exercise } = lab;
  if (exercise === undefined) {
    const those = labs.filter((one) => one.exercise !== undefined).map(({ id }) => id);
    throw new UsageError(
      `${lab.id} has no exercise${those.length === 0 ? '' : `: ${listed(those)} ${those.length === 1 ? 'has one' : 'have one'}`}`,
    );
  }
  const learner = await loadLearner(context, lab.id, exercise, flags.file);
  const progress = new ProgressLine(context.err);
  const runner = await context.loadRunner();
  const scenarios = exercise.checks(learner.code);
  return withServer(context, runner, flags, progress, async ({ environment }) => {
    for (const [at, scenario] of scenarios.entries()) {
      const title = `check ${at + 1} of ${scenarios.length}`;
      progress.start(`${lab.id}, ${title}`);
      const verdict = await runner.explore(scenario, {
        session: environment,
        signal: context.signal,
        onProgress: (explored) => progress.update(explored),
        ...defined({ seconds: lab.seconds }),
      });
      progress.clear();
      if (context.signal.aborted) throw new Interrupted(`stopped in ${title}`);
      const { holds, lines } =
        verdict.kind === 'holds'
          ? { holds: true, lines: passedLines(title, verdict, context.out) }
          : { holds: false, lines: stillWrongLines(title, verdict, { exercise, ...learner }, context.out) };
      context.out.write(`${lines.join('\n')}\n`);
      if (!holds) return isOpen(verdict) ? EXIT.unknown : EXIT.notAsExpected;
    }
    context.out.write(`✓ ${lab.id} is done: ${learner.shown}\n`);
    return EXIT.asExpected;
  });
}

/** Whether a bound was hit before anybody could tell. */
function isOpen({ kind, complete }: Verdict): boolean {
  return kind === 'incomplete' && !complete;
}

/** @throws UsageError for a file that cannot be loaded, or lacks what the exercise is about */
async function loadLearner(
  context: CliContext,
  lab: string,
  exercise: Exercise,
  file: string | undefined,
): Promise<Learner> {
  const path = resolve(context.cwd, file ?? join('labs', lab, exercise.file));
  const shown = shownPath(context.cwd, path);
  if (file === undefined && !existsSync(path))
    throw new UsageError(`there is no ${shown} here: say where your code is, with --file`);
  const { text, exports } = await loadCode(context, path);
  const missing = missingExports(exercise, exports);
  if (missing.length > 0)
    throw new UsageError(`${shown} does not export ${listed(missing)}, which the exercise is about`);
  return { shown, text, code: exports };
}
