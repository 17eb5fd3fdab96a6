import { plainJson, wrap } from '../../base/text.js';
import { renderLabs } from '../../report/labs/lab-details.js';
import { renderLabOverview } from '../../report/labs/lab-overview.js';
import type { Lab } from '../../scenario/lab.js';
import { everything, select } from '../selection/select.js';
import type { CliContext } from '../context/context.js';
import { EXIT } from '../context/errors.js';

/** Version of what `list --json` prints. */
const LIST_FORMAT = 1;

/** Options of `race-lab list`. @internal */
export interface ListFlags {
  /** The variants of every lab. */
  readonly details?: boolean;
  /** Also what gives an exercise away. */
  readonly solutions?: boolean;
  readonly json?: boolean;
}

/**
 * Prints every race file and lab, or those that words name, with their variants where there is one or they are asked for.
 *
 * @returns the exit code
 * @internal
 */
export async function list(context: CliContext, words: readonly string[], flags: ListFlags): Promise<number> {
  const { out, invocation } = context;
  const found = words.length === 0 ? await everything(context) : await named(context, words);
  const labs = found.map((lab) => ({
    ...lab,
    // What is named whole is no secret any more.
    variants: lab.variants.filter(
      ({ name, solution }) => solution !== true || flags.solutions === true || isNamed(words, name),
    ),
  }));
  if (flags.json === true) {
    out.write(plainJson(`${JSON.stringify({ format: LIST_FORMAT, labs: labs.map(plain) }, undefined, 2)}\n`));
    return EXIT.asExpected;
  }
  if (flags.details === true || words.length > 0 || labs.length === 1) {
    out.write(renderLabs(labs, out));
    return EXIT.asExpected;
  }
  out.write(renderLabOverview(labs, out));
  const more = `what each variant shows: ${invocation} list LAB, or --details for all`;
  out.write(`${wrap(more, out.columns).join('\n')}\n`);
  return EXIT.asExpected;
}

/** Does a word mean this one variant of a lab? */
function isNamed(words: readonly string[], variant: string): boolean {
  return words.some((word) => word.replace(/\/$/, '').endsWith(`/${variant}`));
}

/** The labs and race files that words name, with what of them is meant. @throws UsageError for what does not exist */
async function named(context: CliContext, words: readonly string[]): Promise<Lab[]> {
  const { variants, measurements } = await select(context, words);
  const labs = [...new Set([...variants, ...measurements].map(({ lab }) => lab))];
  return labs.map(({ exercise, ...lab }) => {
    const meant = variants.filter((one) => one.lab.id === lab.id).map(({ variant }) => variant);
    const measured = measurements
      .filter((one) => one.lab.id === lab.id)
      .map(({ measurement }) => measurement);
    const isWhole =
      meant.length === lab.variants.length && measured.length === (lab.measurements ?? []).length;
    return {
      ...lab,
      variants: meant,
      measurements: measured,
      ...(exercise === undefined || !isWhole ? {} : { exercise }),
    };
  });
}

/** A lab as `list --json` shows it. */
function plain({ id, title, variants, measurements = [], exercise }: Lab): object {
  return {
    id,
    title,
    variants: variants.map(({ name, title: shows, scenario, expect }) => ({
      name,
      title: shows,
      expected: expect.kind,
      expectedInvariant: expect.kind === 'breaks' ? expect.invariant : null,
      workers: scenario.workers.length,
      faults: scenario.faults.budget,
    })),
    measurements: measurements.map(({ name, title: shows }) => ({ name, title: shows })),
    exercise: exercise?.task ?? null,
  };
}
