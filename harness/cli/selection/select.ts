import { count, harmless } from '../../base/text.js';
import type { RaceLabConfig } from '../../project/config.js';
import type { VariantName } from '../../record/build.js';
import type { Lab, Variant } from '../../scenario/lab.js';
import type { Measurement } from '../../scenario/lesson/measurement.js';
import { fullName } from '../../scenario/names.js';
import { UsageError, UsageErrors } from '../context/errors.js';
import { isOwn, loadOwn, type Loading, type OwnLab } from './own-lab.js';
import { filesOf, isTheLab, openProject, type Project } from './project.js';
import { ownTarget } from './words.js';
import { hint } from '../arguments/nearest.js';

/** A variant and the lab, or the race file, that it belongs to. @internal */
export interface SelectedVariant {
  readonly lab: Lab | OwnLab;
  readonly variant: Variant;
}

/** A measurement and the lab that it belongs to. @internal */
export interface SelectedMeasurement {
  readonly lab: Lab;
  readonly measurement: Measurement;
}

/** Lab and variant by name, as records and results keep them. @internal */
export function variantIdentity({ lab, variant }: SelectedVariant): VariantName {
  const name = { lab: lab.id, variant: variant.name };
  if (!isOwn(lab)) return name;
  const { sha256, imports } = lab.file;
  return { ...name, file: { path: lab.id, sha256, imports } };
}

/** `lab/variant`, or `file:scenario`. @internal */
export function variantName({ lab, variant }: SelectedVariant): string {
  return harmless(fullName(lab.id, variant.name));
}

/** Where labs and files come from. @internal */
export interface Sources extends Loading {
  loadLabs(): Promise<readonly Lab[]>;
}

/** What words on the command line mean. @internal */
export interface Selection {
  readonly variants: readonly SelectedVariant[];
  /** What is measured and not explored. */
  readonly measurements: readonly SelectedMeasurement[];
  /** Every lab, and every race file that was loaded. */
  readonly known: readonly (Lab | OwnLab)[];
  /** What the project says of itself. */
  readonly config: RaceLabConfig;
  /** Without words: what was taken, in one line. Undefined where there was nothing to decide. */
  readonly taken: string | undefined;
}

/**
 * Finds what the words on the command line mean: `LAB` for all its variants and measurements, `LAB/VARIANT` for one; a lab is named by its
 * folder, with or without the number, or by the number alone. What is no lab is a file, `FILE:SCENARIO`, or a folder. No
 * words mean the race files of the project, or, where it has none, all labs.
 *
 * @throws UsageError with the nearest name for a name that does not exist, and for files that cannot be loaded
 * @internal
 */
export async function select(sources: Sources, words: readonly string[]): Promise<Selection> {
  const project = await openProject(sources);
  const labs = await sources.loadLabs();
  if (words.length > 0)
    return { ...(await selectWords(sources, project, labs, words)), config: project.config };
  const { config } = project;
  const everyLab = { variants: labs.flatMap(everyVariant), measurements: labs.flatMap(everyMeasurement) };
  if (isTheLab(project.cwd)) return { ...everyLab, known: labs, config, taken: undefined };
  const own = await loadAll(sources, await filesOf(project));
  const where =
    project.configFile === undefined
      ? project.patterns
      : `${project.patterns}, as ${project.configFile} says`;
  if (own.length === 0)
    return {
      ...everyLab,
      known: labs,
      config,
      taken: `no race files here (${where}): taking the labs that come with race-lab`,
    };
  const variants = own.flatMap(everyVariant);
  const taken = `taking ${count(variants.length, 'scenario')} of ${count(own.length, 'race file')} (${where})`;
  return { variants, measurements: [], known: [...labs, ...own], config, taken };
}

/** Everything that there is: the race files of the project, and the labs. @throws as `select` does @internal */
export async function everything(sources: Sources): Promise<readonly (Lab | OwnLab)[]> {
  const project = await openProject(sources);
  const labs = await sources.loadLabs();
  return isTheLab(project.cwd) ? labs : [...(await loadAll(sources, await filesOf(project))), ...labs];
}

async function selectWords(
  sources: Sources,
  project: Project,
  labs: readonly Lab[],
  words: readonly string[],
): Promise<Omit<Selection, 'config'>> {
  const fromLabs = new Set<Variant | Measurement>();
  const targets = [];
  for (const word of words) {
    const found = selectLab(labs, word);
    if (found !== undefined) found.forEach((one) => fromLabs.add(one));
    else targets.push((await ownTarget(word, project)) ?? refuse(labs, word));
  }
  const own = await loadAll(sources, [...new Set(targets.flatMap(({ files }) => files))]);
  const fromFiles = new Set<Variant>();
  for (const { files, scenario } of targets) {
    const meant = own.filter(({ file }) => files.includes(file.path));
    for (const lab of meant)
      for (const { variant } of scenario === undefined
        ? everyVariant(lab)
        : [variantOf(lab, scenario, 'scenario')])
        fromFiles.add(variant);
  }
  // Labs in the order of the lessons, files in that of the words, each once.
  const variants = [
    ...labs.flatMap(everyVariant).filter(({ variant }) => fromLabs.has(variant)),
    ...own.flatMap(everyVariant).filter(({ variant }) => fromFiles.has(variant)),
  ];
  const measurements = labs.flatMap(everyMeasurement).filter(({ measurement }) => fromLabs.has(measurement));
  return { variants, measurements, known: [...labs, ...own], taken: undefined };
}

/** Loads all of them, so that everything that is wrong is said at once. */
async function loadAll(sources: Sources, files: readonly string[]): Promise<OwnLab[]> {
  const loaded: OwnLab[] = [];
  const problems: string[] = [];
  for (const file of files) {
    try {
      loaded.push(await loadOwn(sources, file));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length > 0) throw new UsageErrors(problems);
  return loaded;
}

function everyVariant<Of extends Lab>(lab: Of): { readonly lab: Of; readonly variant: Variant }[] {
  return lab.variants.map((variant) => ({ lab, variant }));
}

function everyMeasurement(lab: Lab): SelectedMeasurement[] {
  return (lab.measurements ?? []).map((measurement) => ({ lab, measurement }));
}

/** @returns undefined when there is no lab of that name */
function selectLab(labs: readonly Lab[], word: string): readonly (Variant | Measurement)[] | undefined {
  // Tab completion adds folders and slashes.
  const [name = '', ...rest] = word
    .replace(/^(\.\/)?labs\//, '')
    .replace(/\/$/, '')
    .split('/');
  const lab = named(labs, name);
  if (lab === undefined) return undefined;
  const { variants, measurements = [] } = lab;
  if (rest.length === 0) return [...variants, ...measurements];
  const measurement = measurements.find((one) => one.name === rest.join('/'));
  return [measurement ?? variantOf(lab, rest.join('/'), 'variant').variant];
}

function named(labs: readonly Lab[], name: string): Lab | undefined {
  return labs.find(({ id }) => id === name) ?? labs.find(({ id }) => shortNames(id).includes(name));
}

/** A lab by the word for it. @throws UsageError with the nearest name @internal */
export function labNamed(labs: readonly Lab[], word: string): Lab {
  const name = word.replace(/^(\.\/)?labs\//, '').replace(/\/$/, '');
  return named(labs, name) ?? refuse(labs, name);
}

/**
 * One variant of a lab, by its name. @param kind - what it is called there
 *
 * @throws UsageError with the nearest name
 * @internal
 */
export function variantOf(lab: Lab | OwnLab, name: string, kind: 'variant' | 'scenario'): SelectedVariant {
  const variant = lab.variants.find((candidate) => candidate.name === name);
  if (variant !== undefined) return { lab, variant };
  const names = [...lab.variants, ...(lab.measurements ?? [])].map((candidate) => candidate.name);
  const which = isOwn(lab) ? lab.id : `lab ${lab.id}`;
  throw new UsageError(
    `${which} has no ${kind} "${name}"${hint(name, names) || `: it has ${names.join(', ')}`}`,
  );
}

function refuse(labs: readonly Lab[], word: string): never {
  const [name = ''] = word.split('/');
  const ids = labs.map(({ id }) => id);
  throw new UsageError(`unknown lab "${name}"${hint(name, ids)} (list shows them all)`);
}

/** `lost-update`, `01` and `1` for `01-lost-update`. */
function shortNames(id: string): string[] {
  const found = /^0*(\d+)-(.+)$/.exec(id);
  return found === null ? [] : [found[2]!, found[1]!, id.split('-')[0]!];
}
