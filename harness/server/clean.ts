import { readdirSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from './cache.js';
import { askEngine, findEngine, NoEngine, type Engine } from './engine.js';
import { messageOf } from './errors.js';
import { OWNER_LABEL, REPOSITORY } from './names.js';

/** What `cleanUp` did: lines for people. */
export interface Cleaned {
  /** What was removed, one a line. */
  readonly removed: readonly string[];
  /** What could not be removed, and why. */
  readonly problems: readonly string[];
}

/**
 * Removes what the lab keeps on this machine between runs: its cache (unpacked packages, the clock library), the images
 * that it built, and containers whose owner is gone. What a running lab uses stays: its containers, and the image they
 * are of.
 *
 * @param repository - of the images; default: that of the lab
 */
export async function cleanUp(repository = REPOSITORY): Promise<Cleaned> {
  const removed: string[] = [];
  const problems: string[] = [];
  cleanCache(removed, problems);
  try {
    const engine = await findEngine();
    await cleanContainers(engine, removed, problems);
    await cleanImages(engine, repository, removed, problems);
  } catch (error) {
    // No engine at all has nothing of ours.
    if (!(error instanceof NoEngine) || error.present) problems.push(messageOf(error));
  }
  return { removed, problems };
}

function cleanCache(removed: string[], problems: string[]): void {
  const folder = cacheFolder();
  const bytes = sizeOf(folder);
  try {
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
    if (bytes > 0) removed.push(`cache ${folder} (${megabytes(bytes)})`);
  } catch (error) {
    problems.push(`cache ${folder}: ${messageOf(error)}`);
  }
}

interface ContainerSummary {
  readonly Id: string;
  readonly Names: readonly string[];
}

async function cleanContainers(engine: Engine, removed: string[], problems: string[]): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`${OWNER_LABEL}=${hostname()}`] }));
  const found = await ask<ContainerSummary[]>(engine, 'GET', `/containers/json?all=1&filters=${filters}`);
  for (const { Id, Names } of found) {
    const name = Names[0]?.slice(1) ?? Id;
    const owner = Number(/^race-lab-(\d+)-/.exec(name)?.[1]);
    if (isAlive(owner)) continue;
    await attempt(`container ${name}`, removed, problems, () =>
      ask(engine, 'DELETE', `/containers/${Id}?force=1&v=1`),
    );
  }
}

interface ImageSummary {
  readonly RepoTags: readonly string[] | null;
  readonly Size: number;
}

async function cleanImages(
  engine: Engine,
  repository: string,
  removed: string[],
  problems: string[],
): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ reference: [`${repository}:*`] }));
  const found = await ask<ImageSummary[]>(engine, 'GET', `/images/json?filters=${filters}`);
  for (const { RepoTags, Size } of found) {
    for (const tag of RepoTags ?? []) {
      await attempt(`image ${tag} (${megabytes(Size)})`, removed, problems, () =>
        ask(engine, 'DELETE', `/images/${tag}`),
      );
    }
  }
}

async function attempt(
  what: string,
  removed: string[],
  problems: string[],
  remove: () => Promise<unknown>,
): Promise<void> {
  try {
    await remove();
    removed.push(what);
  } catch (error) {
    problems.push(`${what}: ${messageOf(error)}`);
  }
}

async function ask<T>(engine: Engine, method: string, path: string): Promise<T> {
  const { status, body } = await askEngine(engine, method, path, 60_000);
  const answer = body === '' ? undefined : (JSON.parse(body) as T);
  if (status >= 400)
    throw new Error((answer as { message?: string } | undefined)?.message ?? `HTTP ${status}`);
  return answer as T;
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function sizeOf(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.size;
  let bytes = 0;
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    if (entry.isFile())
      bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
