/** Which files have changed. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';

/** Editors write in several steps: only when nothing more comes for this long, a file is looked at. */
const QUIET_MS = 30;

/**
 * Files by what is in them: that something happened in a folder is only a reason to look. So it does not matter how an editor
 * saves, nor whether the system tells everything.
 *
 * @internal
 */
export class Changes {
  readonly #hashes = new Map<string, string>();
  #watchers: FSWatcher[] = [];
  #timer: NodeJS.Timeout | undefined;
  #heard = false;
  #wake = (): void => {};

  /** From now on these files count as what is in them now, and no others. @param files - absolute; they may not be there */
  take(files: Iterable<string>): void {
    this.#hashes.clear();
    for (const file of files) this.#hashes.set(file, hashOf(file));
    this.#unwatch();
    // Anew each time: a folder that was taken away and made again is another one.
    for (const folder of new Set([...this.#hashes.keys()].map((file) => nearestFolder(file))))
      this.#watch(folder);
  }

  /** Files that hold something else than when they were taken. */
  changed(): string[] {
    return [...this.#hashes].filter(([file, hash]) => hashOf(file) !== hash).map(([file]) => file);
  }

  /** The same, once nothing more comes: whoever looks while a file is written sees half of it. */
  async settled(): Promise<string[]> {
    if (this.changed().length === 0) return [];
    this.#hear();
    await this.heard();
    return this.changed();
  }

  /** Resolves when something has happened in one of the folders since the last time. */
  async heard(): Promise<void> {
    if (!this.#heard) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#heard = false;
  }

  /** Nothing is watched any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#unwatch();
  }

  #unwatch(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, () => this.#hear());
      watcher.on('error', () => this.#hear());
      this.#watchers.push(watcher);
    } catch (error) {
      // Gone in this moment, or the system has no more watchers to give away.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  #hear(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#heard = true;
      this.#wake();
    }, QUIET_MS);
  }
}

/** Where something would happen first, if this file came, went or changed. */
function nearestFolder(file: string): string {
  let folder = dirname(file);
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

/** Empty for what is not there. */
function hashOf(file: string): string {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return '';
  }
}
