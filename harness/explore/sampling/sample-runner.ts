import type { Environment } from '../../execution/host/environment.js';
import { execute } from '../../execution/execution.js';
import type { Scenario } from '../../scenario/types.js';
import { CommandFootprints } from '../footprints/command-footprints.js';
import { Profile } from '../samplers/profile.js';
import { leftToLeader } from '../strategy/left-to-leader.js';
import { Drawing } from './drawing.js';
import { RaceWatch } from '../sights/race-watch.js';
import { NO_SIGHTS } from '../sights/sights.js';
import type { Sample, SampleRange } from './samples.js';

/** Runs some executions of a generation, up to the first with which something is wrong. @internal */
export async function runSamples(
  environment: Environment,
  scenario: Scenario,
  { sampler, options, profile, shapes, first, last }: SampleRange,
  seed: number,
  watch = new RaceWatch(environment),
): Promise<Sample[]> {
  const drawing = new Drawing(sampler, options);
  const planned = Profile.of(profile);
  const known = new CommandFootprints(environment.control);
  known.adopt(shapes);
  const commands = known.copy();
  const samples: Sample[] = [];
  for (let execution = first; execution <= last; execution++) {
    drawing.start(execution, planned, known);
    const sample = await runSample(watch, scenario, drawing, commands, seed);
    samples.push(sample);
    if (sample.drawn === undefined) break;
  }
  return samples;
}

async function runSample(
  watch: RaceWatch,
  scenario: Scenario,
  drawing: Drawing,
  commands: CommandFootprints,
  seed: number,
): Promise<Sample> {
  try {
    const result = await execute(watch.environment, scenario, { chooser: drawing, seed });
    if (result.finding !== undefined) return FAILED;
    const drawn = await drawing.outcome(result, commands);
    const { capped, offered } = result;
    return { drawn, capped, offered, sights: await watch.see(result), learnt: commands.takeLearnt() };
  } catch (error) {
    return leftToLeader(error) ?? FAILED;
  }
}

const FAILED: Sample = { drawn: undefined, capped: undefined, offered: [], sights: NO_SIGHTS, learnt: [] };
