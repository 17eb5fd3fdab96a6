import type { Environment } from '../../execution/host/environment.js';
import { execute } from '../../execution/execution.js';
import type { Scenario } from '../../scenario/types.js';
import { RaceWatch } from '../sights/race-watch.js';
import { NO_SIGHTS } from '../sights/sights.js';
import type { Outline, Prefix, PrefixAnswer, PrefixAsk } from './prefix.js';
import { pointsBehind, Systematic } from './systematic.js';
import { leftToLeader } from '../strategy/left-to-leader.js';

/**
 * Runs executions of a systematic search for another process: those of some prefixes, and what follows from each of
 * them without another preemption or fault.
 *
 * @param seed - of the random numbers of the workers
 * @param watch - looks for what races; one that has seen earlier executions need not ask the server again
 * @internal
 */
export async function runPrefixes(
  environment: Environment,
  scenario: Scenario,
  { prefixes, executions, clientTimers }: PrefixAsk,
  seed: number,
  watch = new RaceWatch(environment),
): Promise<PrefixAnswer> {
  const search = new Systematic(0, 0, prefixes, clientTimers);
  const played: Outline[] = [];
  while (played.length < executions && search.start()) {
    const { prefix } = search;
    const outline = await runPrefix(watch, scenario, search, seed);
    if (outline === undefined) {
      played.push({
        prefix,
        points: [],
        beyond: [],
        capped: undefined,
        offered: [],
        sights: NO_SIGHTS,
        failed: true,
      });
      break;
    }
    played.push({ prefix, ...outline, failed: false });
    search.take(outline);
  }
  return { played, rest: Array.from(search.waiting(), (one): Prefix => one.prefix) };
}

/** @returns undefined when something was wrong */
async function runPrefix(
  watch: RaceWatch,
  scenario: Scenario,
  search: Systematic,
  seed: number,
): Promise<Omit<Outline, 'prefix' | 'failed'> | undefined> {
  try {
    const result = await execute(watch.environment, scenario, { chooser: search, seed });
    if (result.finding !== undefined) return undefined;
    const { choices, capped, offered } = result;
    const sights = await watch.see(result);
    const points = pointsBehind(choices, search.prefix.length);
    return { points, beyond: search.beyond, capped, offered, sights };
  } catch (error) {
    return leftToLeader(error);
  }
}
