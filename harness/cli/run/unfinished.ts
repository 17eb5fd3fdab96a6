import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSearch, type SavedSearch } from '../../explore/exhaustive/saved.js';
import type { Verdict } from '../../record/verdict.js';
import { UNFINISHED_FOLDER } from '../../report/results/report-contents.js';
import type { ReportFolder } from '../../report/results/report-folder.js';
import { recordPath } from '../../report/results/reports.js';
import { listed } from '../../base/text.js';
import { UsageError } from '../context/errors.js';
import { variantIdentity, variantName } from '../selection/select.js';
import type { SizedVariant } from '../selection/sized.js';

/**
 * Searches that did not come to their end, in the folder of the reports: `--resume` reads them, a run that stops writes them.
 *
 * @internal
 */
export class Unfinished {
  readonly #resumed: ReadonlyMap<string, SavedSearch>;
  /** Every file of the folder by name, with its text. */
  readonly #kept: Map<string, string>;
  readonly #saved = new Map<string, SavedSearch>();

  private constructor(resumed: ReadonlyMap<string, SavedSearch>, kept: Map<string, string>) {
    this.#resumed = resumed;
    this.#kept = kept;
  }

  /**
   * Reads what is there.
   *
   * @param resume - go on with what belongs to these variants
   * @throws UsageError when there is nothing to go on with; ScenarioError for a damaged file
   */
  static async open(
    folder: ReportFolder,
    variants: readonly SizedVariant[],
    resume: boolean,
    note: (line: string) => void,
  ): Promise<Unfinished> {
    const path = join(folder.path, UNFINISHED_FOLDER);
    const names = await readdir(path).catch(() => []);
    const wanted = new Map(variants.map((sized) => [fileOf(sized), sized]));
    const resumed = new Map<string, SavedSearch>();
    const kept = new Map<string, string>();
    for (const name of names.filter((one) => one.endsWith('.json'))) {
      const text = await readFile(join(path, name), 'utf8');
      kept.set(name, text);
      if (resume && wanted.has(name))
        resumed.set(name, parseSearch(text, join(folder.shown, UNFINISHED_FOLDER, name)));
    }
    if (resume && resumed.size === 0)
      throw new UsageError(`there is nothing to resume in ${folder.shown} for what is to be run`);
    if (resume) {
      const anew = variants.filter((sized) => !resumed.has(fileOf(sized)));
      if (anew.length > 0)
        note(`nothing to resume for ${listed(anew.map(variantName))}: explored from the start`);
    }
    return new Unfinished(resumed, kept);
  }

  /** The search to go on with; undefined where a variant begins from the start. */
  of(sized: SizedVariant): SavedSearch | undefined {
    return this.#resumed.get(fileOf(sized));
  }

  /** Keeps a search that stopped. */
  save(sized: SizedVariant, saved: SavedSearch): void {
    this.#saved.set(fileOf(sized), saved);
  }

  /** A variant has a verdict: what was kept of it is of no use any more, unless it could not be used. */
  settle(sized: SizedVariant, { kind, complete, record }: Verdict): void {
    const name = fileOf(sized);
    if (kind !== 'error' && (this.#resumed.has(name) || complete || record !== undefined))
      this.#kept.delete(name);
  }

  /** How many searches stopped in this run. */
  get size(): number {
    return this.#saved.size;
  }

  /** Everything that is to be kept: content by path inside the folder. */
  get files(): Map<string, string> {
    const saved = Array.from(this.#saved, ([name, one]) => [name, `${JSON.stringify(one)}\n`] as const);
    return new Map([...this.#kept, ...saved].map(([name, text]) => [`${UNFINISHED_FOLDER}/${name}`, text]));
  }

  /** Writes what stopped, and leaves everything else as it is. @returns how many there are */
  async write(folder: ReportFolder): Promise<number> {
    for (const [name, saved] of this.#saved)
      await folder.add(`${UNFINISHED_FOLDER}/${name}`, `${JSON.stringify(saved)}\n`);
    return this.#saved.size;
  }
}

function fileOf(sized: SizedVariant): string {
  const { lab, variant } = variantIdentity(sized);
  return recordPath(lab, variant).replace(/^.*\//, '');
}
