import { real } from '../clock/globals.js';
import { showExplorationsTo, type Onlooker } from '../explore/limits/onlooker.js';
import type { Progress } from '../record/verdict.js';
import { progressText } from '../report/terminal/progress-line.js';
import { isQuiet } from './quiet.js';

/** What is over sooner needs no sign of life. */
const SILENT_MS = 5000;
/** Runners write over their own lines, so these stay where they are: few are better. */
const LINE_EVERY_MS = 10_000;

/**
 * Has each exploration that takes long write a line now and then.
 *
 * @param write - where to
 * @internal
 */
export function showLongExplorations(write: (line: string) => void): void {
  showExplorationsTo((scenario) => new LiveLine(scenario, write));
}

class LiveLine implements Onlooker {
  readonly #startedMs = real.now();
  #nextMs = this.#startedMs + SILENT_MS;

  constructor(
    readonly scenario: string,
    readonly write: (line: string) => void,
  ) {}

  update(progress: Progress): void {
    const now = real.now();
    if (now < this.#nextMs || isQuiet()) return;
    this.#nextMs = now + LINE_EVERY_MS;
    this.write(`race-lab: "${this.scenario}" … ${progressText(progress, now - this.#startedMs)}`);
  }
}
