import type { ServerRequest } from '../server/types.js';

/**
 * What `race-lab.config.ts` may say: where the race files of a project are, and what the command line takes where it is
 * not told otherwise.
 *
 * @public
 */
export interface RaceLabConfig {
  /**
   * Patterns of race files, relative to the folder of the config; one that begins with `!` leaves files out. Default:
   * every file that ends with `.race.ts`, `.race.mts`, `.race.cts`, `.race.js`, `.race.mjs` or `.race.cjs`.
   */
  readonly files?: readonly string[];
  /** As `--runs`: executions at most, per scenario. */
  readonly runs?: number;
  /** As `--seconds`: seconds at most, per scenario. */
  readonly seconds?: number;
  /** As `--seed`. */
  readonly seed?: number;
  /** As `--workers`, for scenarios whose workers all run the same function. */
  readonly workers?: number;
  /** As `--faults`: faults at most in one execution. */
  readonly faults?: number;
  /** As `--jobs`: processes that share the work. */
  readonly jobs?: number;
  /** As `--redis`: where Redis comes from. */
  readonly redis?: ServerRequest;
  /** As `--image`: container image. */
  readonly image?: string;
  /** As `--out`: folder of the reports, relative to the folder of the config. */
  readonly out?: string;
}

/**
 * For `race-lab.config.ts`: helps an editor to know the options. They are checked when the command line reads the file.
 *
 * @returns what it was given
 * @example
 * ```ts
 * import { defineConfig } from 'redis-race-lab';
 *
 * const config = defineConfig({ files: ['race/*.race.ts'], seconds: 20 });
 * console.log(config.seconds); // 20
 * ```
 * @public
 */
export function defineConfig(config: RaceLabConfig): RaceLabConfig {
  return config;
}
