import type { FaultMap } from '../explore/fault-map.js';
import { FAULT_KINDS, type FaultKind } from '../wire/fault.js';
import { renderFaultMap } from '../record/fault-map-table.js';
import { checkWritable, writeWhole } from '../record/write.js';
import type { CliContext } from './context.js';
import { EXIT, Interrupted } from './errors.js';
import { Progress } from './progress.js';
import { select } from './select.js';
import { withServer, type ServerFlags } from './server.js';

/** Options of `race-lab map`. */
export interface MapFlags extends ServerFlags {
  readonly workers?: number;
  readonly preemptions?: number;
  readonly fault?: readonly FaultKind[];
  readonly all?: boolean;
  readonly runs?: number;
  readonly seed?: number;
  readonly json?: boolean;
  readonly out?: string;
}

/** Tries every fault at every command, and shows what each combination broke. @returns the exit code */
export async function map(context: CliContext, words: readonly string[], flags: MapFlags): Promise<number> {
  const progress = new Progress(context.err);
  const kinds = flags.all === true ? FAULT_KINDS : flags.fault;
  const selected = select(await context.loadLabs(), words);
  if (flags.out !== undefined) await checkWritable(flags.out);
  const engine = await context.loadEngine();
  const maps = await withServer(context, engine, flags, progress, async ({ environment }) => {
    const made: FaultMap[] = [];
    for (const [at, { lab, variant }] of selected.entries()) {
      progress.start(`[${at + 1}/${selected.length}] ${lab.id}/${variant.name}`, flags);
      const { workers, preemptions, runs, seed } = flags;
      const one = await engine.faultMap(variant.scenario, {
        environment,
        identity: { lab: lab.id, variant: variant.name },
        signal: context.signal,
        onProgress: (executions, pending) => progress.update({ phase: 'exploring', executions, pending }),
        ...(kinds === undefined ? {} : { kinds }),
        ...(workers === undefined ? {} : { workers }),
        ...(preemptions === undefined ? {} : { preemptions }),
        ...(runs === undefined ? {} : { runs }),
        ...(seed === undefined ? {} : { seed }),
      });
      progress.clear();
      if (context.signal.aborted)
        throw new Interrupted(`stopped: ${made.length} of ${selected.length} maps done, nothing written`);
      made.push(one);
      if (flags.json !== true) context.out.write(`${renderFaultMap(one, context.out)}\n\n`);
    }
    return made;
  });
  const text = `${JSON.stringify({ format: 1, maps }, undefined, 2)}\n`;
  if (flags.json === true) context.out.write(text);
  // Only now: what was found must be seen even when it cannot be kept.
  if (flags.out !== undefined) await writeWhole(flags.out, text);
  return maps.every(({ complete }) => complete) ? EXIT.asExpected : EXIT.unknown;
}
