import { renderLabs } from '../../report/print/lab-list.js';
import type { Lab } from '../../scenario/lab.js';
import { everything } from '../selection/select.js';
import type { CliContext } from '../context/context.js';
import { EXIT } from '../context/errors.js';

/** Options of `race-lab list`. @internal */
export interface ListFlags {
  /** Also what gives an exercise away. */
  readonly solutions?: boolean;
  readonly json?: boolean;
}

/** Prints every race file and lab with its variants. @returns the exit code @internal */
export async function list(context: CliContext, flags: ListFlags): Promise<number> {
  const labs = (await everything(context)).map((lab) => ({
    ...lab,
    variants: lab.variants.filter(({ solution }) => flags.solutions === true || solution !== true),
  }));
  context.out.write(
    flags.json === true
      ? `${JSON.stringify({ labs: labs.map(plain) }, undefined, 2)}\n`
      : renderLabs(labs, context.out),
  );
  return EXIT.asExpected;
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
