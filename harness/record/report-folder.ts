import { randomUUID } from 'node:crypto';
import { renameSync } from 'node:fs';
import { mkdir, readdir, readFile, realpath, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { fileProblem, RecordError } from './error.js';
import { writeWhole } from './write.js';

/** The file that says that a folder is one of ours and may be replaced. */
export const RESULTS_FILE = 'results.json';
/** Searches that stopped before their end; also there when nothing else is. */
export const UNFINISHED_FOLDER = 'unfinished';

/**
 * The folder that a run leaves behind. It is replaced as a whole, and only once everything new is on the disk: until
 * then, and whatever goes wrong, the reports of the last run stay as they were.
 */
export class ReportFolder {
  private constructor(
    /** Absolute path. */
    readonly path: string,
    /** As the user wrote it. */
    readonly shown: string,
  ) {}

  /**
   * Checks that reports may be put there, before anything takes time.
   *
   * @throws RecordError when the folder holds somebody else's files, or cannot be written
   */
  static async open(path: string): Promise<ReportFolder> {
    const wanted = resolve(path);
    try {
      const real = await realpath(wanted).catch(() => wanted);
      if (`${process.cwd()}${sep}`.startsWith(real.endsWith(sep) ? real : real + sep)) {
        throw new RecordError(
          `cannot write reports to ${path}: the folder is replaced, and this one is in use`,
        );
      }
      await refuseForeign(real, path);
      await tryOut(dirname(real));
      return new ReportFolder(real, path);
    } catch (error) {
      if (error instanceof RecordError) throw error;
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      const why = missing ? 'no folder can be made there' : fileProblem(error);
      throw new RecordError(`cannot write reports to ${path}: ${why}`, { cause: error });
    }
  }

  /**
   * Replaces the folder by these files.
   *
   * @param files - content by path inside the folder
   * @throws RecordError in one line; the folder is then as it was
   */
  async replace(files: ReadonlyMap<string, string>): Promise<void> {
    const beside = (suffix: string): string =>
      join(dirname(this.path), `.${basename(this.path)}.${randomUUID().slice(0, 8)}.${suffix}`);
    const fresh = beside('tmp');
    const old = beside('old');
    try {
      for (const [name, text] of files) await writeWhole(join(fresh, name), text);
      swap(this.path, fresh, old);
    } catch (error) {
      await rm(fresh, { recursive: true, force: true }).catch(() => {});
      const why = error instanceof RecordError && error.cause !== undefined ? error.cause : error;
      throw new RecordError(
        `cannot write reports to ${this.shown}: ${fileProblem(why)}; what was there is as it was`,
        { cause: error },
      );
    }
    await rm(old, { recursive: true, force: true }).catch(() => {});
  }

  /** Adds one file, or replaces it, and leaves the others alone. @throws RecordError */
  async add(name: string, text: string): Promise<void> {
    await writeWhole(join(this.path, name), text);
  }
}

/**
 * Makes a folder and takes it away again: rights alone do not tell whether that goes, on a full disk or under /proc say.
 * Never with `recursive`, with which Node tries for ever where no folder can be made.
 */
async function tryOut(parent: string): Promise<void> {
  await makeFolders(parent);
  const trial = join(parent, `.race-lab.${randomUUID().slice(0, 8)}.tmp`);
  await mkdir(trial);
  await rmdir(trial);
}

async function makeFolders(path: string): Promise<void> {
  const isThere = await stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
  if (isThere) return;
  await makeFolders(dirname(path));
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    // Somebody else was faster.
    if (error.code !== 'EEXIST') throw error;
  });
}

/** Puts the fresh folder in place. In one go, so that nothing in this process can come between. */
function swap(path: string, fresh: string, old: string): void {
  let kept = false;
  try {
    renameSync(path, old);
    kept = true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  try {
    renameSync(fresh, path);
  } catch (error) {
    if (kept) renameSync(old, path);
    throw error;
  }
}

/** A folder is ours when it is not there, is empty, or holds results or searches that this tool wrote. */
async function refuseForeign(path: string, shown: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) return;
  if (!found.isDirectory())
    throw new RecordError(`cannot write reports to ${shown}: this is a file, not a folder`);
  if ((await readdir(path)).every((name) => name === UNFINISHED_FOLDER)) return;
  const results = await readFile(join(path, RESULTS_FILE), 'utf8').catch(() => '');
  if (results.includes('"redis-race-lab"')) return;
  throw new RecordError(
    `cannot write reports to ${shown}: it holds files that are no reports, and would be replaced`,
  );
}
