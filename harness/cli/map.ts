import type { Environment } from '../execution/environment.js';
import type { MapShare, ShareOutcome } from '../explore/fault-map-share.js';
import type { FaultMap, FaultMapOptions } from '../explore/fault-map.js';
import { mapsText, renderFaultMap } from '../record/fault-map-table.js';
import { checkWritable, writeWhole } from '../record/write.js';
import { FAULT_KINDS, type FaultKind } from '../wire/fault.js';
import type { CliContext, Engine } from './context.js';
import { EXIT, Interrupted } from './errors.js';
import { Hands } from './jobs/hands.js';
import type { MemberProcess } from './jobs/member-process.js';
import { checkJobs, withMembers } from './jobs/members.js';
import { Progress } from './progress.js';
import { select, type Selected } from './select.js';
import { withServer, type ServerFlags } from './server.js';

/** Options of `race-lab map`. */
export interface MapFlags extends ServerFlags {
  readonly workers?: number;
  readonly preemptions?: number;
  readonly fault?: readonly FaultKind[];
  readonly all?: boolean;
  readonly runs?: number;
  readonly seed?: number;
  readonly jobs?: number;
  readonly json?: boolean;
  readonly out?: string;
}

/** Tries every fault at every command, and shows what each combination broke. @returns the exit code */
export async function map(context: CliContext, words: readonly string[], flags: MapFlags): Promise<number> {
  const progress = new Progress(context.err);
  const selected = select(await context.loadLabs(), words);
  checkJobs(flags);
  if (flags.out !== undefined) await checkWritable(flags.out);
  const engine = await context.loadEngine();
  const maps = await withServer(context, engine, flags, progress, ({ environment }) =>
    withMembers(context, (flags.jobs ?? 1) - 1, flags, progress, (members) =>
      mapAll({ context, engine, environment, progress, flags, members }, selected),
    ),
  );
  const text = mapsText(maps);
  if (flags.json === true) context.out.write(text);
  // Only now: what was found must be seen even when it cannot be kept.
  if (flags.out !== undefined) await writeWhole(flags.out, text);
  return maps.every(({ complete }) => complete) ? EXIT.asExpected : EXIT.unknown;
}

interface Mapping {
  readonly context: CliContext;
  readonly engine: Engine;
  readonly environment: Environment;
  readonly progress: Progress;
  readonly flags: MapFlags;
  readonly members: readonly MemberProcess[];
}

/** A share of the map of a variant. */
interface Task extends Selected {
  readonly share: MapShare;
}

/** All shares of all maps are there at once, and every process takes the next one; maps are shown in their order. */
async function mapAll(mapping: Mapping, selected: readonly Selected[]): Promise<FaultMap[]> {
  const { context, engine, environment, progress, flags, members } = mapping;
  const hands = new Hands<Task, ShareOutcome>([
    (task) => {
      progress.start(`[${hands.begun}/${hands.asked}] ${task.lab.id}/${task.variant.name}`);
      return makeHere(mapping, task);
    },
    ...members.map((member) => (task: Task) => makeAt(member, task)),
  ]);
  const asked = selected.map(({ lab, variant }) =>
    engine.faultMap(variant.scenario, {
      environment,
      identity: { lab: lab.id, variant: variant.name },
      signal: context.signal,
      perform: (share) => hands.run({ lab, variant, share }),
      ...optionsOf(flags),
    }),
  );
  // What becomes of each is told when it is its turn.
  for (const one of asked) one.catch(() => {});
  const made: FaultMap[] = [];
  try {
    for (const one of asked) {
      const done = await one;
      if (context.signal.aborted) break;
      made.push(done);
      progress.clear();
      if (flags.json !== true) context.out.write(`${renderFaultMap(done, context.out)}\n\n`);
    }
  } catch (error) {
    // Whoever was stopped complains about it.
    if (!context.signal.aborted) throw error;
  } finally {
    hands.forget();
    progress.clear();
  }
  if (context.signal.aborted)
    throw new Interrupted(`stopped: ${made.length} of ${selected.length} maps done, nothing written`);
  return made;
}

function makeHere(
  { context, engine, environment, progress }: Mapping,
  { lab, variant, share }: Task,
): Promise<ShareOutcome> {
  return engine.mapShare(variant.scenario, share, {
    environment,
    identity: { lab: lab.id, variant: variant.name },
    signal: context.signal,
    onProgress: (executions, pending) => progress.update({ phase: 'exploring', executions, pending }),
  });
}

function makeAt(member: MemberProcess, { lab, variant, share }: Task): Promise<ShareOutcome> {
  const cast = { lab: lab.id, variant: variant.name, workers: undefined, faults: undefined };
  return member.ask('map', { cast, share });
}

function optionsOf({ all, fault, workers, preemptions, runs, seed }: MapFlags): Partial<FaultMapOptions> {
  const kinds = all === true ? FAULT_KINDS : fault;
  return {
    ...(kinds === undefined ? {} : { kinds }),
    ...(workers === undefined ? {} : { workers }),
    ...(preemptions === undefined ? {} : { preemptions }),
    ...(runs === undefined ? {} : { runs }),
    ...(seed === undefined ? {} : { seed }),
  };
}
