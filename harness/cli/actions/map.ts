import { defined } from '../../base/defined.js';
import { listed } from '../../base/text.js';
import type { Environment } from '../../execution/host/environment.js';
import type { MapShare, ShareResult } from '../../explore/maps/share.js';
import type { FaultMap } from '../../record/fault-map.js';
import type { FaultMapOptions } from '../../explore/maps/fault-map.js';
import { renderFaultMap } from '../../report/maps/fault-map-table.js';
import { renderMapsOverview } from '../../report/maps/maps-overview.js';
import { mapsText } from '../../record/text.js';
import { checkWritable, writeWhole } from '../../record/write.js';
import { FAULT_KINDS, type FaultKind } from '../../faults/catalogue.js';
import type { CliContext, Runner } from '../context/context.js';
import { EXIT, Interrupted, UsageError } from '../context/errors.js';
import { TaskPool } from '../jobs/task-pool.js';
import { refOf } from '../jobs/protocol.js';
import type { MemberProcess } from '../jobs/member-process.js';
import { checkJobs, withMembers } from '../jobs/members.js';
import { ProgressLine } from '../../report/terminal/progress-line.js';
import { select, variantIdentity, variantName, type SelectedVariant } from '../selection/select.js';
import { serverConfig } from '../selection/with-config.js';
import { withServer } from '../context/session.js';
import type { ServerFlags } from '../context/server-flags.js';

/** Options of `race-lab map`. @internal */
export interface MapFlags extends ServerFlags {
  readonly workers?: number;
  readonly preemptions?: number;
  readonly fault?: readonly FaultKind[];
  readonly all?: boolean;
  readonly runs?: number;
  readonly seed?: number;
  readonly jobs?: number;
  /** What was seen in every failing cell. */
  readonly details?: boolean;
  readonly json?: boolean;
  readonly out?: string;
}

/** Tries every fault at every command, and shows what each combination broke. @returns the exit code @internal */
export async function map(context: CliContext, words: readonly string[], given: MapFlags): Promise<number> {
  const progress = new ProgressLine(context.err);
  const { variants: selected, config } = await select(context, words);
  if (selected.length === 0)
    throw new UsageError(`there are no commands to hit: ${listed(words)} is measured, not explored`);
  const flags = { ...serverConfig(config), ...given };
  checkJobs(flags);
  if (flags.out !== undefined) await checkWritable(flags.out);
  const runner = await context.loadRunner();
  const maps = await withServer(context, runner, flags, progress, ({ environment }) =>
    withMembers(context, (flags.jobs ?? 1) - 1, flags, progress, (members) =>
      mapAll({ context, runner, environment, progress, flags, members }, selected),
    ),
  );
  const text = mapsText(maps);
  if (flags.json === true) context.out.write(text);
  else if (maps.length > 1) context.out.write(`${renderMapsOverview(maps, context.out)}\n`);
  // Only now: what was found must be seen even when it cannot be kept.
  if (flags.out !== undefined) await writeWhole(flags.out, text);
  return maps.every(({ complete }) => complete) ? EXIT.asExpected : EXIT.unknown;
}

/** What takes part in making maps. */
interface Mapping {
  readonly context: CliContext;
  readonly runner: Runner;
  readonly environment: Environment;
  readonly progress: ProgressLine;
  readonly flags: MapFlags;
  readonly members: readonly MemberProcess[];
}

/** A share of the map of a variant. */
interface Task extends SelectedVariant {
  readonly share: MapShare;
}

/** The shares of all maps wait together, and every process takes the next one; maps are shown in their order. */
async function mapAll(mapping: Mapping, selected: readonly SelectedVariant[]): Promise<FaultMap[]> {
  const { context, runner, environment, progress, flags, members } = mapping;
  const pool = new TaskPool<Task, ShareResult>([
    (task) => {
      progress.start(`[${pool.begun}/${pool.asked}] ${variantName(task)}`);
      return makeHere(mapping, task);
    },
    ...members.map((member) => (task: Task) => makeAt(member, task)),
  ]);
  const asked = selected.map((one) =>
    runner.faultMap(one.variant.scenario, {
      environment,
      identity: variantIdentity(one),
      signal: context.signal,
      perform: (share) => pool.run({ ...one, share }),
      ...optionsOf(flags),
    }),
  );
  // Each is awaited when it is its turn: a failure before that is not unhandled.
  for (const one of asked) one.catch(() => {});
  const made: FaultMap[] = [];
  const { columns, colour } = context.out;
  const view = { columns, colour, details: flags.details === true };
  try {
    for (const one of asked) {
      const done = await one;
      if (context.signal.aborted) break;
      made.push(done);
      progress.clear();
      if (flags.json !== true) context.out.write(`${renderFaultMap(done, view)}\n\n`);
    }
  } catch (error) {
    // What was stopped fails, and that says nothing.
    if (!context.signal.aborted) throw error;
  } finally {
    pool.forget();
    progress.clear();
  }
  if (context.signal.aborted)
    throw new Interrupted(`stopped: ${made.length} of ${selected.length} maps done, nothing written`);
  return made;
}

function makeHere({ context, runner, environment, progress }: Mapping, task: Task): Promise<ShareResult> {
  return runner.mapShare(task.variant.scenario, task.share, {
    environment,
    identity: variantIdentity(task),
    signal: context.signal,
    onProgress: (executions, pending) => progress.update({ phase: 'exploring', executions, pending }),
  });
}

function makeAt(member: MemberProcess, task: Task): Promise<ShareResult> {
  const ref = refOf(task, undefined, undefined);
  return member.ask('map', { ref, share: task.share });
}

function optionsOf({ all, fault, workers, preemptions, runs, seed }: MapFlags): Partial<FaultMapOptions> {
  const kinds = all === true ? FAULT_KINDS : fault;
  return defined({ kinds, workers, preemptions, runs, seed });
}
