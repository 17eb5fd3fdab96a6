import type { RaceLabConfig } from '../../project/config.js';
import type { RecordedRun } from '../../record/format.js';
import { scenarioName } from '../../report/text/run-text.js';
import type { Scenario } from '../../scenario/types.js';
import { variantOf, type SelectedVariant } from '../selection/select.js';
import type { CliContext } from '../context/context.js';
import { UsageError } from '../context/errors.js';
import { loadOwn } from '../selection/own-lab.js';
import { openProject, type Project } from '../selection/project.js';
import { changedLine, namedFile, recordedFile } from '../selection/recorded-file.js';

/** What of a record says which scenario it is of. @internal */
export type ScenarioRef = Pick<RecordedRun, 'lab' | 'variant' | 'scenario' | 'file'>;

/** The scenario that a record is of. @internal */
export interface RecordedScenario {
  readonly scenario: Scenario;
  /** What it is of. */
  readonly selected: SelectedVariant;
  /** That its file is not what it was, in one line. */
  readonly changed: string | undefined;
  readonly config: RaceLabConfig;
}

/**
 * Finds the scenario of a record, in the labs or in a race file.
 *
 * @param recordPath - where the record is
 * @param given - the race file, by `--file`
 * @param known - the project, where it is not that of the working directory
 * @throws UsageError when there is none
 * @internal
 */
export async function recordedScenario(
  context: CliContext,
  record: ScenarioRef,
  recordPath: string,
  given: string | undefined,
  known?: Project,
): Promise<RecordedScenario> {
  const project = known ?? (await openProject(context));
  const { config } = project;
  if (given === undefined && record.file === undefined)
    return { ...ofVariant(await fromLabs(context, record, recordPath)), changed: undefined, config };
  const found =
    given === undefined ? recordedFile(record, recordPath, project) : namedFile(record, given, context.cwd);
  if (found === undefined) {
    throw new UsageError(
      `${recordPath} is of ${scenarioName(record)}: ${record.file?.path} is no race file below this folder (${project.patterns}); say where it is by --file FILE`,
    );
  }
  const lab = await loadOwn(context, found.path);
  const selected = variantOf(lab, record.variant ?? record.scenario, 'scenario');
  return { ...ofVariant(selected), changed: changedLine(found), config };
}

function ofVariant(selected: SelectedVariant): Pick<RecordedScenario, 'scenario' | 'selected'> {
  return { scenario: selected.variant.scenario, selected };
}

async function fromLabs(
  context: CliContext,
  record: ScenarioRef,
  recordPath: string,
): Promise<SelectedVariant> {
  if (record.lab === undefined || record.variant === undefined) {
    throw new UsageError(
      `${recordPath} is of the scenario "${record.scenario}", which is in no lab: replay it where it was written, or say by --file FILE which race file exports it`,
    );
  }
  const lab = (await context.loadLabs()).find(({ id }) => id === record.lab);
  const variant = lab?.variants.find(({ name }) => name === record.variant);
  if (lab !== undefined && variant !== undefined) return { lab, variant };
  throw new UsageError(
    `${recordPath} is of ${scenarioName(record)}, which does not exist (any more): list shows what does`,
  );
}
