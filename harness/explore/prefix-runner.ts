import type { Environment } from '../execution/environment.js';
import { execute } from '../execution/execution.js';
import type { Scenario } from '../scenario.js';
import type { Outline, Prefix, PrefixAnswer, PrefixAsk } from './prefixes.js';
import { pointsBehind, Systematic } from './systematic.js';
import { leftToLeader } from './left-to-leader.js';

/**
 * Runs executions of a systematic search for another process: those of some prefixes, and what follows from each of
 * them without another preemption or fault.
 *
 * @param seed - of the random numbers of the workers
 */
export async function runPrefixes(
  environment: Environment,
  scenario: Scenario,
  { prefixes, executions }: PrefixAsk,
  seed: number,
): Promise<PrefixAnswer> {
  const search = new Systematic(0, 0, prefixes);
  const played: Outline[] = [];
  while (played.length < executions && search.start()) {
    const { prefix } = search;
    const outline = await runPrefix(environment, scenario, search, seed);
    if (outline === undefined) {
      played.push({ prefix, points: [], capped: undefined, offered: [], failed: true });
      break;
    }
    played.push({ prefix, ...outline, failed: false });
    search.take(outline);
  }
  return { played, rest: Array.from(search.waiting(), (one): Prefix => one.prefix) };
}

/** @returns undefined when something was wrong */
async function runPrefix(
  environment: Environment,
  scenario: Scenario,
  search: Systematic,
  seed: number,
): Promise<Omit<Outline, 'prefix' | 'failed'> | undefined> {
  try {
    const result = await execute(environment, scenario, { chooser: search, seed });
    if (result.finding !== undefined) return undefined;
    const { choices, capped, offered } = result;
    return { points: pointsBehind(choices, search.prefix.length), capped, offered };
  } catch (error) {
    return leftToLeader(error);
  }
}
