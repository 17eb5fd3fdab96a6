import type { CliContext } from './context.js';
import { describeError, oneLine, UsageErrors } from './errors.js';

/** Says on standard error why a command could not do what it was asked for: a line for each thing that is wrong. @internal */
export function sayError({ err }: Pick<CliContext, 'err'>, error: unknown): void {
  const lines = error instanceof UsageErrors ? error.problems.map(oneLine) : [describeError(error)];
  for (const line of lines) err.write(`race-lab: ${line}\n`);
}
