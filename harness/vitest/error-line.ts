import { vitestWorker } from '../explore/limits/vitest-worker.js';

/** Writes a line past the console, whose lines Vitest puts under a title of their own. @internal */
export function errorLine(text: string): void {
  if (vitestWorker().config.silent === undefined || vitestWorker().config.silent === false)
    process.stderr.write(`${text}\n`);
}
