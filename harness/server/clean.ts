import { readdirSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { cacheContents, cacheFolder } from './cache.js';
import { askEngineFor, engineFilters } from './engine/ask-engine.js';
import type { Engine } from './engine/engine.js';
import { findEngine, NoEngine } from './engine/find-engine.js';
import { OWNER_LABEL, REPOSITORY } from './engine/names.js';
import { messageOf } from './errors.js';
import { isRunning } from './machine/signals.js';

/** What {@link cleanUp} did: lines for people. @internal */
export interface Cleaned {
  /** What was removed, one a line. */
  readonly removed: readonly string[];
  /** What lies where the lab keeps its things and was not made by it. */
  readonly kept: readonly string[];
  /** What could not be removed, and why. */
  readonly problems: readonly string[];
}

/**
 * Removes what the lab keeps on this machine between runs: its cache (unpacked packages, the clock library), the images
 * that it built, and containers whose owner is gone. What a running lab uses stays: its containers, and the image they
 * are of.
 *
 * @param repository - of the images; default: that of the lab
 * @internal
 */
export async function cleanUp(repository = REPOSITORY): Promise<Cleaned> {
  const report = new Report();
  cleanCache(report);
  try {
    const engine = await findEngine();
    await cleanContainers(engine, report);
    await cleanImages(engine, repository, report);
  } catch (error) {
    // No engine at all has nothing of ours.
    if (!(error instanceof NoEngine) || error.present) report.problems.push(messageOf(error));
  }
  return report;
}

/** Collects what was done. */
class Report implements Cleaned {
  readonly removed: string[] = [];
  readonly kept: string[] = [];
  readonly problems: string[] = [];

  /** Removes one thing; a failure is noted, and the rest goes on. */
  async attempt(what: string, remove: () => Promise<unknown>): Promise<void> {
    try {
      await remove();
      this.removed.push(what);
    } catch (error) {
      this.problems.push(`${what}: ${messageOf(error)}`);
    }
  }
}

function cleanCache({ removed, kept, problems }: Report): void {
  const folder = cacheFolder();
  try {
    const { ours, foreign } = cacheContents(folder);
    const bytes = ours.reduce((sum, name) => sum + sizeOf(join(folder, name)), 0);
    for (const name of ours) rmSync(join(folder, name), { recursive: true, force: true });
    if (bytes > 0) removed.push(`cache ${folder} (${megabytes(bytes)})`);
    kept.push(...foreign.map((name) => join(folder, name)));
  } catch (error) {
    problems.push(`cache ${folder}: ${messageOf(error)}`);
  }
}

/** The engine may be busy removing something large. */
const ENGINE_LIMIT_MS = 60_000;

/** The fields that are read of what the engine says about a container. */
interface ContainerSummary {
  readonly Id: string;
  readonly Names: readonly string[];
}

async function cleanContainers(engine: Engine, report: Report): Promise<void> {
  const ours = engineFilters({ label: [`${OWNER_LABEL}=${hostname()}`] });
  const found = await ask<ContainerSummary[]>(engine, 'GET', `/containers/json?all=1&${ours}`);
  for (const { Id, Names } of found) {
    const name = Names[0]?.slice(1) ?? Id;
    const owner = /^race-lab-(\d+)-/.exec(name)?.[1];
    if (owner !== undefined && isRunning(Number(owner))) continue;
    await report.attempt(`container ${name}`, () => ask(engine, 'DELETE', `/containers/${Id}?force=1&v=1`));
  }
}

/** The fields that are read of what the engine says about an image. */
interface ImageSummary {
  readonly RepoTags: readonly string[] | null;
  readonly Size: number;
}

async function cleanImages(engine: Engine, repository: string, report: Report): Promise<void> {
  const ours = engineFilters({ reference: [`${repository}:*`] });
  const found = await ask<ImageSummary[]>(engine, 'GET', `/images/json?${ours}`);
  for (const { RepoTags, Size } of found) {
    for (const tag of RepoTags ?? []) {
      await report.attempt(`image ${tag} (${megabytes(Size)})`, () =>
        ask(engine, 'DELETE', `/images/${tag}`),
      );
    }
  }
}

function ask<T>(engine: Engine, method: string, path: string): Promise<T> {
  return askEngineFor(engine, method, path, ENGINE_LIMIT_MS);
}

/** Bytes that a file, or all files below a folder, hold; 0 for a path where nothing is. */
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
