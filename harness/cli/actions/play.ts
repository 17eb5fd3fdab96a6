import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { count, harmless } from '../../base/text.js';
import { defined } from '../../base/defined.js';
import { servePlayer, type Playing, type PlayParts } from '../../play/server/server.js';
import { Table, type Seat } from '../../play/table.js';
import { isToBreak } from '../../play/level.js';
import type { RaceRecord } from '../../record/format.js';
import { writeRecord } from '../../record/write.js';
import { reportPath } from '../../report/results/report-path.js';
import { ProgressLine } from '../../report/terminal/progress-line.js';
import { INDENT } from '../../report/text/layout.js';
import { aborted } from '../context/aborted.js';
import type { CliContext, Runner } from '../context/context.js';
import { EXIT, UsageError } from '../context/errors.js';
import { openSeat } from '../context/session.js';
import type { ServerFlags } from '../context/server-flags.js';
import { readInside } from '../../report/page/read-inside.js';
import { serverConfig } from '../selection/with-config.js';
import { replayLine, sharedLine } from '../terminal/replay-line.js';
import { levelsFor, type LevelFlags } from './play-levels.js';

/** Options of `race-lab play`. @internal */
export interface PlayFlags extends ServerFlags, LevelFlags {
  readonly port?: number;
  readonly out?: string;
}

/** Records of one level that are kept. */
const SAVED_MAX = 1000;

/** Serves the player until Ctrl-C. @returns the exit code @internal */
export async function play(context: CliContext, word: string | undefined, given: PlayFlags): Promise<number> {
  const { out, err, signal } = context;
  const { levels, first, config, notes } = await levelsFor(context, word, given);
  for (const note of notes) err.write(`${note}\n`);
  const runner = await context.loadRunner();
  const flags = { ...serverConfig(config), ...given };
  const progress = new ProgressLine(err);
  const table = new Table({
    levels,
    open: () => openSeat(context, runner, flags, progress),
    explore: exploring(runner, signal),
    signal,
  });
  let playing: Playing | undefined;
  try {
    // What is wrong with the server is said now, and not to a browser.
    await table.ready();
    playing = await served(partsOf(context, table, flags));
    out.write(`You are the scheduler of ${count(levels.length, 'scenario')}. Open\n`);
    out.write(`${INDENT}${playing.url}${first}\n`);
    out.write('Whoever has this address may play; it works on this machine alone. Ctrl-C ends it.\n');
    await aborted(signal);
  } finally {
    await playing?.close();
    await table.close();
  }
  out.write(`${summary(context, table).join('\n')}\n`);
  return EXIT.asExpected;
}

function exploring(runner: Runner, signal: AbortSignal): Table['parts']['explore'] {
  return async ({ environment }: Seat, { scenario, identity, preemptions, seed }, seconds) =>
    await runner.explore(scenario, {
      session: environment,
      identity,
      seed,
      seconds,
      signal,
      ...defined({ preemptions }),
    });
}

function partsOf({ cwd, invocation }: CliContext, table: Table, { port, out }: PlayFlags): PlayParts {
  return {
    table,
    port,
    readSource: (path) => readInside(cwd, path),
    save: async (record) => {
      const path = freePath(out ?? join('reports', 'played'), record);
      await writeRecord(path, record);
      return { path, line: replayLine(invocation, path) };
    },
    shareLine: (shared) => sharedLine(invocation, shared),
  };
}

/** Never the place of a record that is there. @throws UsageError */
function freePath(folder: string, { lab = 'scenario', variant = '' }: RaceRecord): string {
  for (let number = 1; number <= SAVED_MAX; number++) {
    const path = reportPath(folder, number === 1 ? [lab, variant] : [lab, variant, String(number)], 'json');
    if (!existsSync(path)) return path;
  }
  throw new UsageError(`${folder} holds ${SAVED_MAX} records of this level: delete some`);
}

async function served(parts: PlayParts): Promise<Playing> {
  try {
    return await servePlayer(parts);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new UsageError(`port ${parts.port} is taken: choose another by --port, or none`);
  }
}

/** What was solved since it was started, and how it is seen again. */
function summary({ invocation }: CliContext, { solved, parts }: Table): string[] {
  const lines = [...solved].flatMap(([id, { steps, share }]) => [
    `${INDENT}${harmless(id)}, in ${count(steps, 'step')}`,
    ...(share === undefined ? [] : [`${INDENT}${INDENT}${sharedLine(invocation, share)}`]),
  ]);
  const toBreak = parts.levels.filter(isToBreak).length;
  return [`solved ${solved.size} of ${count(toBreak, 'level')}`, ...lines];
}
