import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { RedisBinary } from '../binary/binary.js';
import { examined, installed, serversOnPath, type Candidate } from '../binary/find-binary.js';
import { libcOf, type LibcKind } from '../binary/interpreter.js';
import { MANIFEST, binaryIn } from '../binary/manifest.js';
import { cacheFolder } from '../cache.js';
import { askEngineFor, engineFilters } from '../engine/ask-engine.js';
import { findEngine } from '../engine/find-engine.js';
import { REPOSITORY } from '../engine/names.js';
import { messageOf } from '../errors.js';
import { startProcess } from '../process/process.js';
import { resolveRequest } from '../request.js';
import { startWith } from '../start.js';
import type { ServerClockMode, ServerProduct } from '../types.js';

/** A server binary of this machine, and what became of starting it. @internal */
export interface SurveyedServer {
  readonly path: string;
  /** On the `PATH`, or a package that was downloaded. */
  readonly from: 'path' | 'download';
  readonly product?: ServerProduct;
  readonly version?: string;
  /** Which C library it was built for. */
  readonly libc: LibcKind;
  /** Whether it brings that library along and is started by its loader. */
  readonly ownLibc: boolean;
  /** How its clock can be controlled; undefined when it does not start. */
  readonly clock?: ServerClockMode;
  /** Why it does not start, or why its clock is not the best one. */
  readonly reason?: string;
}

/** The container engine of this machine. @internal */
export interface SurveyedEngine {
  readonly answers: boolean;
  /** Where it answers, or why none does. */
  readonly detail: string;
  /** Images of servers that it has, so that they need not be pulled. */
  readonly images: readonly string[];
}

/** What a machine has for the lab. @internal */
export interface Survey {
  readonly engine: SurveyedEngine;
  readonly servers: readonly SurveyedServer[];
  readonly cache: string;
  /** What is special about this platform, for people. */
  readonly notes: readonly string[];
}

/** Looks at what this machine has; starts each server that is there, and downloads nothing. @internal */
export async function survey(): Promise<Survey> {
  const cache = cacheFolder();
  const servers: SurveyedServer[] = [];
  // Of one file under several names, as where /bin is a link to /usr/bin, the first counts.
  const seen = new Set<string>();
  for (const path of serversOnPath()) {
    const file = realpathSync(path);
    if (!seen.has(file)) servers.push(await surveyed(installed(path), 'path'));
    seen.add(file);
  }
  for (const name of readdirSync(cache).sort()) {
    const folder = join(cache, name);
    if (!name.startsWith('package-') || !existsSync(join(folder, MANIFEST))) continue;
    servers.push(await surveyed({ ...binaryIn(folder), source: 'download' }, 'download'));
  }
  return { engine: await surveyedEngine(), servers, cache, notes: notesOf(process.platform, kernel()) };
}

async function surveyed(candidate: Candidate, from: SurveyedServer['from']): Promise<SurveyedServer> {
  const { path, loader } = candidate;
  const known = { path, from, libc: libcOf(path), ownLibc: loader !== undefined };
  let binary: RedisBinary;
  try {
    binary = await examined(candidate);
  } catch (error) {
    return { ...known, reason: messageOf(error) };
  }
  const identity = { ...known, product: binary.product, version: binary.version };
  try {
    const request = { ...resolveRequest({ redis: 'process' }), wanted: undefined };
    const server = await startWith(request, (shim) => startProcess({ binary, args: [], shim }));
    await server.stop();
    const { clockMode: clock, clockReason: reason } = server;
    return { ...identity, clock, ...(reason === undefined ? {} : { reason }) };
  } catch (error) {
    return { ...identity, reason: messageOf(error) };
  }
}

/** The fields that are read of what the engine says about an image. */
interface ImageSummary {
  readonly RepoTags: readonly string[] | null;
}

const ENGINE_LIMIT_MS = 10_000;

async function surveyedEngine(): Promise<SurveyedEngine> {
  try {
    const engine = await findEngine();
    const servers = engineFilters({ reference: ['redis', 'valkey/valkey', REPOSITORY] });
    const path = `/images/json?${servers}`;
    const found = await askEngineFor<ImageSummary[]>(engine, 'GET', path, ENGINE_LIMIT_MS);
    const images = found.flatMap(({ RepoTags: tags }) => tags ?? []).sort();
    return { answers: true, detail: engine.address, images };
  } catch (error) {
    return { answers: false, detail: messageOf(error), images: [] };
  }
}

/** What the kernel calls itself; empty where it does not say. */
function kernel(): string {
  try {
    return readFileSync('/proc/version', 'utf8');
  } catch {
    return '';
  }
}

/**
 * What is special about a platform.
 *
 * @param platform - as Node names it
 * @param version - what the kernel says of itself
 * @internal
 */
export function notesOf(platform: NodeJS.Platform, version: string): string[] {
  if (platform === 'linux')
    return /microsoft/i.test(version)
      ? ['this is WSL, expected to work as Linux does; the lab is not tried on it']
      : [];
  const docker =
    'a Redis in Docker runs on another kernel: it is reached over a port, its clock by ttl-shift';
  if (platform === 'darwin')
    return [
      `macOS is not tried. The clock library is for Linux: deadlines are moved by ttl-shift. ${docker}`,
    ];
  if (platform === 'win32')
    return [`Windows is not tried; WSL is the better place, as a Linux of its own. ${docker}`];
  return [`${platform} is not tried`];
}
