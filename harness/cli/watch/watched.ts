/** What `--watch` looks after: race files, by the words on the command line, and the modules that they are made of. */
import { count } from '../../base/text.js';
import { UsageError } from '../context/errors.js';
import type { Loading } from '../selection/own-lab.js';
import { filesOf, openProject, type Project } from '../selection/project.js';
import { shownPath } from '../selection/race-files.js';
import { ownTarget } from '../selection/words.js';
import { modulesOf } from '../selection/modules.js';

/** What runs again together. */
interface Unit {
  /** A race file, absolute. */
  readonly file: string;
  /** What runs it. */
  readonly word: string;
}

/** Race files that are watched. @internal */
export class Watched {
  #units: readonly Unit[] = [];
  /** Of each race file. */
  #modules = new Map<string, ReadonlySet<string>>();

  private constructor(
    readonly project: Project,
    readonly words: readonly string[],
  ) {}

  /**
   * Finds out what is meant.
   *
   * @throws UsageError for what is not there, and for what is no file
   * @internal
   */
  static async open(loading: Loading, words: readonly string[]): Promise<Watched> {
    const watched = new Watched(await openProject(loading), words);
    await watched.renew();
    if (watched.#units.length > 0) return watched;
    throw new UsageError(`--watch found no race file here (${watched.project.patterns}): name one`);
  }

  /** Looks again which files there are, and what they are made of. @returns race files that are new */
  async renew(): Promise<ReadonlySet<string>> {
    const before = this.#modules;
    this.#units = await this.#find();
    const files = [...new Set(this.#units.map(({ file }) => file))];
    const made = files.map(
      async (file) => [file, await modulesOf(file, this.project.cwd, before.get(file) ?? new Set())] as const,
    );
    this.#modules = new Map(await Promise.all(made));
    return new Set(files.filter((file) => !before.has(file)));
  }

  /** Everything that a change of makes something run again. */
  get files(): Set<string> {
    return new Set([...this.#modules.values()].flatMap((modules) => [...modules]));
  }

  /** Words that run all of it. */
  get all(): string[] {
    return [...new Set(this.#units.map(({ word }) => word))];
  }

  /** Words that run what is made of one of these files. */
  madeOf(changed: readonly string[]): string[] {
    const meant = this.#units.filter(({ file }) => changed.some((one) => this.#modules.get(file)?.has(one)));
    return [...new Set(meant.map(({ word }) => word))];
  }

  /** `race/stock.race.ts and 2 modules`. */
  get shown(): string {
    const races = [...this.#modules.keys()].map((file) => shownPath(this.project.cwd, file));
    const modules = this.files.size - races.length;
    const named = races.length === 1 ? races[0]! : count(races.length, 'race file');
    return modules > 0 ? `${named} and ${count(modules, 'module')}` : named;
  }

  async #find(): Promise<readonly Unit[]> {
    const { project, words } = this;
    const unit = (file: string, word?: string): Unit => ({
      file,
      word: word ?? shownPath(project.cwd, file),
    });
    if (words.length === 0) return (await filesOf(project)).map((file) => unit(file));
    const units: Unit[] = [];
    for (const word of words) {
      const target = await ownTarget(word, project);
      if (target === undefined)
        throw new UsageError(`--watch watches files of your own, and ${word} is none: name a race file`);
      for (const file of target.files)
        units.push(unit(file, target.scenario === undefined ? undefined : word));
    }
    return units;
  }
}
