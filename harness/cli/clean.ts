import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { ReportFolder } from '../record/report-folder.js';
import type { CliContext } from './context.js';
import { EXIT } from './errors.js';

export interface CleanFlags {
  readonly out: string;
}

/** Removes the reports of the last run and what the lab keeps on this machine. @returns the exit code */
export async function clean(context: CliContext, flags: CleanFlags): Promise<number> {
  const { out, err } = context;
  const removed: string[] = [];
  if (existsSync(flags.out)) {
    const folder = await ReportFolder.open(flags.out);
    await rm(folder.path, { recursive: true });
    removed.push(`reports ${folder.shown}`);
  }
  const engine = await context.loadEngine();
  const cleaned = await engine.cleanUp();
  removed.push(...cleaned.removed);
  out.write(
    removed.length === 0 ? 'nothing to remove\n' : removed.map((line) => `removed ${line}\n`).join(''),
  );
  for (const problem of cleaned.problems) err.write(`race-lab: cannot remove ${problem}\n`);
  return cleaned.problems.length === 0 ? EXIT.asExpected : EXIT.unknown;
}
