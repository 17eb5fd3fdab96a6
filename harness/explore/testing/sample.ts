import { Prng } from '../../base/prng.js';
import { read, write, type Footprint } from '../events/footprint.js';
import { Generations } from '../sampling/generations.js';
import type { Profile, Sampled } from '../samplers/profile.js';
import type { Sampler } from '../samplers/sampler.js';
import type { Step } from '../samplers/step.js';
import type { Command, Reply } from './programs.js';
import type { Shape } from './shapes.js';

/** One execution of a sampler on the model. */
export interface SampleRun {
  readonly hit: boolean;
  /** Workers in the order of their steps. */
  readonly order: readonly number[];
  readonly sampler: string;
}

/**
 * Runs a sampler on a shape in memory, as `Sampling` does on a server.
 *
 * @param known - what the sampler knows, from first to last; default: it learns from every execution
 */
export function* samples(
  shape: Shape,
  sampler: Sampler,
  seed: number,
  runs: number,
  known?: Profile,
): Generator<SampleRun> {
  const random = new Prng(seed);
  const generations = new Generations();
  for (let run = 1; run <= runs; run++) {
    generations.reach(run);
    random.reseed(seed, run);
    sampler.start(random, known ?? generations.profile, run);
    const { hit, order, sampled } = sampleOnce(shape, sampler);
    generations.note(sampled);
    yield { hit, order, sampler: sampler.name };
  }
}

/** The share of executions that hit the bug. */
export function hitRate(shape: Shape, sampler: Sampler, seed: number, runs: number, known?: Profile): number {
  let hits = 0;
  for (const { hit } of samples(shape, sampler, seed, runs, known)) if (hit) hits += 1;
  return hits / runs;
}

/** One execution, of a sampler that was started. */
export function sampleOnce(
  shape: Shape,
  sampler: Sampler,
): Omit<SampleRun, 'sampler'> & { readonly sampled: Sampled } {
  const { program, hit } = shape.create();
  const store = new Map<string, string>();
  const bodies = program.workers.map((body) => body());
  const commands = bodies.map((body) => body.next().value as Command | undefined);
  const nths = bodies.map(() => 1);
  const pending = commands.map((command, worker) => command && stepOf(worker, 1, command));
  const done: Step[] = [];
  let contested = 0;
  for (;;) {
    const steps = pending.filter((step) => step !== undefined);
    if (steps.length === 0) break;
    if (steps.length > 1) contested += 1;
    const step = steps[steps.length === 1 ? 0 : sampler.choose(steps)]!;
    const { worker } = step;
    const { value } = bodies[worker]!.next(perform(store, commands[worker]!));
    const next = value as Command | undefined;
    sampler.performed(step);
    done.push(step);
    commands[worker] = next;
    nths[worker]! += 1;
    pending[worker] = next && stepOf(worker, nths[worker]!, next);
  }
  return {
    hit: hit(),
    order: done.map(({ worker }) => worker),
    // As on a server: a failed execution tells nothing about how the others go on. Here all are run to their end.
    sampled: { steps: done, contested, faultPoints: 0, whole: true },
  };
}

const footprints = new Map<string, Footprint>();

function stepOf(worker: number, nth: number, [name, key]: Command): Step {
  const thread = `w${worker + 1}`;
  const access = `${name === 'GET' ? 'read' : 'write'} ${key}`;
  let footprint = footprints.get(access);
  if (footprint === undefined) {
    footprint = [name === 'GET' ? read(key!) : write(key!)];
    footprints.set(access, footprint);
  }
  return { id: `${thread}.${nth}`, thread, worker, footprint, pause: false };
}

function perform(store: Map<string, string>, [name, key, value, option]: Command): Reply {
  const known = store.get(key!) ?? null;
  if (name === 'GET') return known;
  if (name === 'DEL') return store.delete(key!) ? '1' : '0';
  if (option === 'NX' && known !== null) return null;
  if (name === 'INCR' || name === 'DECR') {
    const count = String(Number(known ?? 0) + (name === 'INCR' ? 1 : -1));
    store.set(key!, count);
    return count;
  }
  store.set(key!, value!);
  return 'OK';
}
