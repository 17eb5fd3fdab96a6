import { shown } from '../../base/shown.js';
import type { RaceLabConfig } from '../../project/config.js';
import { MAX_WORKERS } from '../../scenario/checks.js';
import { hint } from '../arguments/nearest.js';
import { MAX_JOBS, SEED_MAX } from '../arguments/options.js';
import { UsageError } from '../context/errors.js';

/** Says what a value has to be; undefined where it is that. */
type Check = (given: unknown) => string | undefined;

const whole =
  (least: number, most = Number.MAX_SAFE_INTEGER): Check =>
  (given) =>
    Number.isInteger(given) && (given as number) >= least && (given as number) <= most
      ? undefined
      : most === Number.MAX_SAFE_INTEGER
        ? `a whole number of at least ${least}`
        : `a whole number from ${least} to ${most}`;

const isText = (given: unknown): given is string => typeof given === 'string' && given !== '';
const text =
  (what: string): Check =>
  (given) =>
    isText(given) ? undefined : what;

const CHECKS: Readonly<Record<keyof RaceLabConfig, Check>> = {
  files: (given) =>
    Array.isArray(given) && given.length > 0 && given.every(isText)
      ? undefined
      : "a list of patterns such as ['race/**/*.race.ts']",
  runs: whole(1),
  seconds: (given) =>
    typeof given === 'number' && given > 0 && Number.isFinite(given) ? undefined : 'a number above 0',
  seed: whole(0, SEED_MAX),
  workers: whole(1, MAX_WORKERS),
  faults: whole(0),
  jobs: whole(1, MAX_JOBS),
  redis: (given) =>
    isText(given) && (['auto', 'container', 'process'].includes(given) || given.startsWith('redis://'))
      ? undefined
      : "'auto', 'container', 'process' or 'redis://host:port'",
  image: text('the name of a container image'),
  out: text('the path of a folder'),
};

/**
 * Checks what a config exports.
 *
 * @param file - its name, for messages
 * @throws UsageError with the nearest name for an option that does not exist
 * @internal
 */
export function checkConfig(given: unknown, file: string): RaceLabConfig {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new UsageError(`${file} exports no config: export default defineConfig({ … })`);
  for (const [name, value] of Object.entries(given)) {
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name as keyof RaceLabConfig] : undefined;
    const names = Object.keys(CHECKS);
    if (check === undefined)
      throw new UsageError(
        `${file} has an unknown option "${name}"${hint(name, names) || `: it may have ${names.join(', ')}`}`,
      );
    const wanted = value === undefined ? undefined : check(value);
    if (wanted !== undefined) throw new UsageError(`${file}: "${name}" is ${wanted}, not ${shown(value)}`);
  }
  return given;
}
