import { resolve } from 'node:path';
import { renderFailure } from '../record/failure.js';
import { readRecord } from '../record/read.js';
import type { CliContext } from './context.js';
import { EXIT } from './errors.js';
import { replayLine } from './replay-line.js';

/** Options of `race-lab show`. */
export interface ShowFlags {
  /** Also the steps that have nothing to do with the failure. */
  readonly all?: boolean;
}

/** Prints a record without running anything. @returns the exit code */
export async function show(context: CliContext, file: string, { all = false }: ShowFlags): Promise<number> {
  const record = await readRecord(file);
  const { columns, colour } = context.out;
  const replay = replayLine(context.invocation, resolve(file));
  context.out.write(`${renderFailure(record, { columns, colour, replay, all })}\n`);
  return EXIT.asExpected;
}
