import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSearch, type SavedSearch } from '../explore/exhaustive/saved.js';
import type { Verdict } from '../explore/verdict.js';
import { UNFINISHED_FOLDER, type ReportFolder } from '../record/report-folder.js';
import { recordPath } from '../record/reports.js';
import { listed } from '../record/text.js';
import { UsageError } from './errors.js';
import type { Cast } from './recast.js';

/** Searches that did not come to their end, in the folder of the reports: read by `--resume`, written when one stops. */
export class Unfinished {
  readonly #resumed: ReadonlyMap<string, SavedSearch>;
  /** All that is in the folder, as it stands there. */
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
    casts: readonly Cast[],
    resume: boolean,
    note: (line: string) => void,
  ): Promise<Unfinished> {
    const path = join(folder.path, UNFINISHED_FOLDER);
    const names = await readdir(path).catch(() => []);
    const wanted = new Map(casts.map((cast) => [fileOf(cast), cast]));
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
      const anew = casts.filter((cast) => !resumed.has(fileOf(cast)));
      if (anew.length > 0)
        note(`nothing to resume for ${listed(anew.map(nameOfCast))}: explored from the start`);
    }
    return new Unfinished(resumed, kept);
  }

  /** What to go on with. */
  of(cast: Cast): SavedSearch | undefined {
    return this.#resumed.get(fileOf(cast));
  }

  /** Takes a search that stopped. */
  save(cast: Cast, saved: SavedSearch): void {
    this.#saved.set(fileOf(cast), saved);
  }

  /** A variant has a verdict: what was kept of it is of no use any more, unless it could not be used. */
  settle(cast: Cast, { kind, complete, record }: Verdict): void {
    const name = fileOf(cast);
    if (kind !== 'error' && (this.#resumed.has(name) || complete || record !== undefined))
      this.#kept.delete(name);
  }

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

function nameOfCast({ lab, variant }: Cast): string {
  return `${lab.id}/${variant.name}`;
}

function fileOf({ lab, variant }: Cast): string {
  return recordPath(lab.id, variant.name).replace(/^.*\//, '');
}
