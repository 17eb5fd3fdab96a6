import { randomUUID } from 'node:crypto';
import { lstatSync, renameSync } from 'node:fs';
import { mkdir, readFile, readlink, realpath, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { harmless } from '../../base/text.js';
import { fileProblem, RecordError } from '../../record/error.js';
import { beside, leftBeside, sweepBeside } from '../../record/leftovers.js';
import { writeWhole } from '../../record/write.js';
import { contentsOf, moveForeign, removeOurs } from './report-contents.js';

/**
 * The folder that a run leaves behind. It is replaced as a whole, and only once everything new is on the disk: until
 * then, and whatever goes wrong, the reports of the last run stay as they were. What somebody else put there stays.
 *
 * @internal
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
   * @param option - where to give another one
   * @throws RecordError when the folder holds somebody else's files, or cannot be written
   */
  static async open(path: string, option = '--out'): Promise<ReportFolder> {
    const wanted = resolve(path);
    try {
      const real = await realpath(wanted).catch(() => wanted);
      await refuseLinkToNothing(real, path);
      if (`${process.cwd()}${sep}`.startsWith(real.endsWith(sep) ? real : real + sep)) {
        throw new RecordError(
          `cannot write reports to ${path}: the folder is replaced, and this one is in use`,
        );
      }
      recover(real);
      await refuseForeign(real, path, option);
      await refuseMountPoint(real, path);
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
    const fresh = beside(this.path, 'tmp');
    const old = beside(this.path, 'old');
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
    retire(old, this.path);
  }

  /** Deletes the reports, and nothing else. @returns what is left: somebody else's files */
  remove(): readonly string[] {
    return removeOurs(this.path);
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

/** The last content goes, but for what is not ours: that comes back to where it was. */
function retire(old: string, path: string): void {
  if (lstatSync(old, { throwIfNoEntry: false }) === undefined) return;
  try {
    moveForeign(old, path);
    removeOurs(old);
  } catch {
    // Nothing is lost: the next run tries again.
  }
}

/** Ends what a process was doing that was killed in the middle of a replacement. */
function recover(path: string): void {
  sweepBeside(path);
  for (const old of leftBeside(path, 'old')) {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) renameSync(old, path);
    else retire(old, path);
  }
}

/** It would be replaced by a folder, and whoever made it may mean a disk that is not there now. */
async function refuseLinkToNothing(path: string, shown: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() === true)
    throw new RecordError(
      `cannot write reports to ${shown}: this is a link to ${await readlink(path)}, which is not there`,
    );
}

/** It cannot be replaced as a whole, and that is not to be found out when everything has been run. */
async function refuseMountPoint(path: string, shown: string): Promise<void> {
  const [own, above] = [path, dirname(path)].map((one) => lstatSync(one, { throwIfNoEntry: false })?.dev);
  const mounts = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  const listed = mounts.split('\n').some((line) => line.split(' ')[4] === path.replaceAll(' ', '\\040'));
  if (listed || (own !== undefined && above !== undefined && own !== above))
    throw new RecordError(
      `cannot write reports to ${shown}: a file system is mounted there, and the folder is replaced. Give a folder inside of it`,
    );
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
async function refuseForeign(path: string, shown: string, option: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) return;
  if (!found.isDirectory())
    throw new RecordError(`cannot write reports to ${shown}: this is a file, not a folder`);
  const { ours, foreign } = contentsOf(path);
  if (ours.length > 0 || foreign.length === 0) return;
  const [first = '', ...others] = foreign.toSorted().map(harmless);
  const which = others.length === 0 ? first : `${first} and ${others.length} more`;
  throw new RecordError(
    `cannot write reports to ${shown}: it holds files that are no reports (${which}), and would be replaced. Give another folder by ${option}`,
  );
}
