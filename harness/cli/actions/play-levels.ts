import { resolve } from 'node:path';
import { defined } from '../../base/defined.js';
import { harmless } from '../../base/text.js';
import { castOf } from '../../explore/replay.js';
import { DEFAULT_SEED } from '../../explore/options.js';
import { choicesText, type Level } from '../../play/level.js';
import type { RaceLabConfig } from '../../project/config.js';
import type { RaceRecord } from '../../record/format.js';
import { scenarioName } from '../../report/text/run-text.js';
import type { CliContext } from '../context/context.js';
import { UsageError } from '../context/errors.js';
import { exportedProject, isExported, opened } from '../export/opened.js';
import { isOwn } from '../selection/own-lab.js';
import {
  select,
  variantIdentity,
  variantName,
  type SelectedVariant,
  type Selection,
} from '../selection/select.js';
import { sized } from '../selection/sized.js';
import { CELL, choose } from './cell.js';
import { recordedScenario } from './recorded-scenario.js';

/** What of it is to be played, and how large. @internal */
export interface LevelFlags {
  /** Of the workers. */
  readonly seed?: number;
  readonly workers?: number;
  readonly faults?: number;
  /** The cell of a file of fault maps. */
  readonly cell?: string;
  /** The race file that the scenario of a record is in. */
  readonly file?: string;
}

/** What is played, and where it begins. @internal */
export interface Levels {
  readonly levels: readonly Level[];
  /** Behind the address of the page: what is opened first; empty for the list. */
  readonly first: string;
  readonly config: RaceLabConfig;
  /** For people, before they play. */
  readonly notes: readonly string[];
}

/** A file that holds records, and not code. */
const IS_RECORD = /\.json$/;

/**
 * What a word means that somebody wants to play: a lab, a race file, or a record.
 *
 * @throws UsageError where there is nothing of that name
 * @internal
 */
export async function levelsFor(
  context: CliContext,
  word: string | undefined,
  given: LevelFlags,
): Promise<Levels> {
  if (word !== undefined && (IS_RECORD.test(word) || (await isExported(context.cwd, word)))) {
    const { file, folder } = await opened(context.cwd, word);
    return await levelOfRecord(context, file, folder, given);
  }
  if (given.file !== undefined || given.cell !== undefined)
    throw new UsageError('--file and --cell are for records: give one, a .json file');
  const selection = await select(context, word === undefined ? [] : [word]);
  const notes: string[] = [];
  const levels = levelsOf(selection, given, (line) => notes.push(line));
  if (levels.length === 0) throw new UsageError('there is no scenario to play: give a lab or a race file');
  const [only, ...others] = selection.variants;
  const first = only !== undefined && others.length === 0 ? hashOf(variantName(only)) : '';
  return { levels, first, config: selection.config, notes };
}

/** With one of the labs, all of them; what gives an exercise away only where it is asked for. */
function levelsOf(
  { variants, known }: Selection,
  { seed = DEFAULT_SEED, workers, faults }: LevelFlags,
  note: (line: string) => void,
): Level[] {
  const wanted = new Set(variants.map(({ variant }) => variant));
  const shipped = variants.some(({ lab }) => !isOwn(lab));
  const all = known
    .filter((lab) => isOwn(lab) || shipped)
    .flatMap((lab) =>
      lab.variants
        .filter((variant) => variant.solution !== true || (wanted.size === 1 && wanted.has(variant)))
        .map((variant): SelectedVariant => ({ lab, variant })),
    );
  const size = defined({ workers, faults });
  // What is asked for must fit what is asked for, and nothing else.
  sized(variants, size, note);
  const asIs = seed === DEFAULT_SEED && workers === undefined && faults === undefined;
  return sized(all, size, () => {}, false).map(({ scenario, ...selected }) => ({
    ...named(selected),
    scenario,
    seed,
    shareable: asIs,
  }));
}

function named(selected: SelectedVariant): Omit<Level, 'scenario' | 'seed' | 'shareable'> {
  const { lab, variant } = selected;
  return {
    id: variantName(selected),
    identity: variantIdentity(selected),
    labTitle: lab.title,
    title: variant.title,
    expect: variant.expect,
    preemptions: variant.preemptions,
  };
}

/** The scenario of a record, as it was when that was made, at the end of its schedule. */
async function levelOfRecord(
  context: CliContext,
  file: string,
  folder: string | undefined,
  { cell, file: named_, seed, workers, faults }: LevelFlags,
): Promise<Levels> {
  if (seed !== undefined || workers !== undefined || faults !== undefined)
    throw new UsageError(
      'a record says itself how many workers and faults it has, and which seed: leave out --seed, --workers and --faults',
    );
  const record = await recordIn(file, cell);
  const inside = folder === undefined ? context : { ...context, cwd: folder };
  const given = named_ === undefined ? undefined : resolve(context.cwd, named_);
  const project = folder === undefined ? undefined : exportedProject(folder);
  const found = await recordedScenario(inside, record, file, given, project);
  const { selected, changed, config } = found;
  const level: Level = {
    ...named(selected),
    title: `as recorded in ${harmless(file)}`,
    scenario: castOf(found.scenario, record),
    seed: record.seed,
    shareable: false,
    recorded: record,
  };
  const at = `&tape=${choicesText(record.tape.choices)}&steps=${record.steps.length}`;
  const notes = changed === undefined ? [] : [harmless(changed)];
  return { levels: [level], first: hashOf(level.id) + at, config, notes };
}

async function recordIn(file: string, cell: string | undefined): Promise<RaceRecord> {
  const chosen = await choose(file, cell);
  if (chosen.kind === 'maps')
    throw new UsageError(
      `${file} holds fault maps: say which cell, --cell ${CELL} (show ${file} shows them)`,
    );
  if (chosen.kind === 'record') return chosen.record;
  throw new UsageError(
    `nothing is wrong in ${chosen.cell} of ${scenarioName(chosen.run)}: there is nothing to reach`,
  );
}

/** The place of a level in the player. */
function hashOf(id: string): string {
  return `#level=${encodeURIComponent(id).replaceAll('%2F', '/')}`;
}
