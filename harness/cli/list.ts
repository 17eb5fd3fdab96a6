import { Chalk } from 'chalk';
import { describeExpectation, type Lab } from '../lab.js';
import { fit, pad, widthOf, wrap } from '../record/text.js';
import { shareWidths } from '../record/widths.js';
import type { CliContext } from './context.js';
import { EXIT } from './errors.js';

const GAP = '  ';

/** Prints every lab with its variants. @returns the exit code */
export async function list(context: CliContext, flags: { readonly json?: boolean }): Promise<number> {
  const labs = await context.loadLabs();
  const { columns, colour } = context.out;
  context.out.write(
    flags.json === true
      ? `${JSON.stringify({ labs: labs.map(plain) }, undefined, 2)}\n`
      : table(labs, columns, colour),
  );
  return EXIT.asExpected;
}

/** A lab as `list --json` shows it. */
function plain({ id, title, variants }: Lab): object {
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
  };
}

function table(labs: readonly Lab[], columns: number, colour: boolean): string {
  const style = new Chalk({ level: colour ? 1 : 0 });
  const all = labs.flatMap(({ variants }) => variants);
  const rows = all.map(({ name, expect, title }) => [name, describeExpectation(expect), title]);
  const wanted = [0, 1, 2].map((at) => Math.max(0, ...rows.map((row) => widthOf(row[at]!))));
  // The names are what one needs to copy, so they are cut last.
  const widths = shareWidths(wanted, columns - 3 * GAP.length, [wanted[0]!, 8, 10]) ?? [wanted[0]!, 8, 10];
  const linesOf = (row: readonly string[]): string[] => {
    const [name, expected] = row.map((text, at) => pad(text, widths[at]!));
    return wrap(row[2]!, widths[2]!).map((shows, at) => {
      const left =
        at === 0 ? `${GAP}${name}${GAP}${expected}` : GAP.repeat(2) + ' '.repeat(widths[0]! + widths[1]!);
      return `${left}${GAP}${style.dim(shows)}`.trimEnd();
    });
  };
  const lines = labs.flatMap(({ id, title, variants }) => [
    '',
    fit(`${style.bold(id)}${GAP}${title}`, columns),
    ...variants.flatMap((variant) => linesOf(rows[all.indexOf(variant)]!)),
  ]);
  return `${lines.slice(1).join('\n')}\n`;
}
