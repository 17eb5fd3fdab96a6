import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ReportFolder } from '../../report/results/report-folder.js';
import type { CliContext } from '../context/context.js';
import { EXIT } from '../context/errors.js';

/** Options of `race-lab clean`. @internal */
export interface CleanFlags {
  /** Folder of the reports. */
  readonly out: string;
}

/** Removes the reports of the last run and what the lab keeps on this machine. @returns the exit code @internal */
export async function clean(context: CliContext, flags: CleanFlags): Promise<number> {
  const { out, err } = context;
  const removed: string[] = [];
  const kept: string[] = [];
  if (existsSync(flags.out)) {
    const folder = await ReportFolder.open(flags.out);
    const left = folder.remove();
    removed.push(`reports ${folder.shown}`);
    kept.push(...left.map((path) => join(folder.shown, path)));
  }
  const runner = await context.loadRunner();
  const cleaned = await runner.cleanUp();
  removed.push(...cleaned.removed);
  kept.push(...cleaned.kept);
  out.write(
    removed.length === 0 ? 'nothing to remove\n' : removed.map((line) => `removed ${line}\n`).join(''),
  );
  for (const path of kept) out.write(`kept ${path}: the lab did not make it\n`);
  for (const problem of cleaned.problems) err.write(`race-lab: cannot remove ${problem}\n`);
  return cleaned.problems.length === 0 ? EXIT.asExpected : EXIT.unknown;
}
