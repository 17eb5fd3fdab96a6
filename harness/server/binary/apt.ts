import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../errors.js';

const run = promisify(execFile);

const APT_GET = '/usr/bin/apt-get';
const APT_CACHE = '/usr/bin/apt-cache';
const APT_CONFIG = '/usr/bin/apt-config';
const DPKG_DEB = '/usr/bin/dpkg-deb';

/** Whether this machine has the tools of Debian's packages. @internal */
export function hasApt(): boolean {
  return process.platform === 'linux' && existsSync(APT_GET) && existsSync(DPKG_DEB);
}

/**
 * An apt that keeps state and cache in a folder of its own, and so needs neither root nor the system's locks.
 *
 * @internal
 */
export class PrivateApt {
  readonly #configuration: string;
  readonly #archives: string;

  /**
   * @param folder - where it may write; it is made
   * @param sources - a folder with lists of sources to use instead of the machine's. Then nothing counts as installed: what
   * is downloaded runs without any library of this machine
   */
  constructor(folder: string, sources?: string) {
    mkdirSync(join(folder, 'state', 'lists', 'partial'), { recursive: true });
    this.#archives = join(folder, 'cache', 'archives');
    mkdirSync(join(this.#archives, 'partial'), { recursive: true });
    this.#configuration = join(folder, 'apt.conf');
    const lines = [...configuration(folder), ...(sources === undefined ? [] : elsewhere(folder, sources))];
    writeFileSync(this.#configuration, `${lines.join('\n')}\n`);
  }

  /** Fetches the lists of packages. */
  async update(): Promise<void> {
    await this.#apt('update');
  }

  /** Downloads packages and those that they need and this machine lacks. */
  async download(packages: readonly string[]): Promise<void> {
    // The system's dpkg status says which libraries are here already. --reinstall: a package that is installed but
    // whose binary is not on the PATH is fetched all the same.
    const options = ['-y', '--download-only', '--reinstall', '--no-install-recommends'];
    await this.#apt(...options, 'install', ...packages);
  }

  /** The version of a package that a download would get, as the packaging writes it; undefined where there is none. */
  async candidate(name: string): Promise<string | undefined> {
    const said = await tool(APT_CACHE, ['-c', this.#configuration, 'policy', name]);
    const version = /^\s+Candidate:\s+(\S+)/m.exec(said)?.[1];
    return version === '(none)' ? undefined : version;
  }

  /** Unpacks everything that was downloaded into a folder. */
  async unpack(folder: string): Promise<void> {
    for (const name of readdirSync(this.#archives).filter((file) => file.endsWith('.deb'))) {
      await tool(DPKG_DEB, ['-x', join(this.#archives, name), folder]);
    }
  }

  async #apt(...args: readonly string[]): Promise<void> {
    await tool(APT_GET, ['-c', this.#configuration, '-qq', ...args]);
  }
}

/** Where this machine's sources are written. @internal */
export async function sourcePlaces(): Promise<{ readonly list: string; readonly parts: string }> {
  const asked = ['LIST', 'Dir::Etc::sourcelist/f', 'PARTS', 'Dir::Etc::sourceparts/d'];
  const said = await tool(APT_CONFIG, ['shell', ...asked]);
  const value = (name: string): string => new RegExp(`^${name}='(.*)'$`, 'm').exec(said)?.[1] ?? '';
  return { list: value('LIST'), parts: value('PARTS') };
}

/** What apt said, without its command line: the first line that names an error. @internal */
export function reasonOf(error: unknown): string {
  const text =
    error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' && error.stderr !== ''
      ? error.stderr
      : messageOf(error);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => line.startsWith('E:')) ?? lines[0] ?? 'unknown reason')
    .trim()
    .replace(/\.$/, '');
}

/** Runs a tool of the packaging system; apt itself calls others by name, whatever our caller's PATH is. */
async function tool(path: string, args: readonly string[]): Promise<string> {
  const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
  const env = { ...process.env, PATH, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
  return (await run(path, [...args], { env, timeout: 300_000, maxBuffer: 16 << 20 })).stdout;
}

/** Hooks of the system belong to real installations; some of them empty the cache or talk to daemons. */
const HOOKS = [
  ...['Update::Pre-Invoke', 'Update::Post-Invoke', 'Update::Post-Invoke-Success'].map(
    (name) => `APT::${name}`,
  ),
  ...['Pre-Invoke', 'Post-Invoke', 'Pre-Install-Pkgs'].map((name) => `DPkg::${name}`),
];

/** Desktop systems also fetch icons and command indexes, tens of megabytes that say nothing about Redis. */
const OTHER_LISTS = [
  'DEP-11',
  'DEP-11-icons-small',
  'DEP-11-icons',
  'DEP-11-icons-hidpi',
  'DEP-11-icons-large',
  'DEP-11-icons-large-hidpi',
  'CNF',
].map((name) => `Acquire::IndexTargets::deb::${name}`);

function elsewhere(folder: string, sources: string): string[] {
  const status = join(folder, 'status');
  writeFileSync(status, '');
  return [
    `Dir::State::status "${status}";`,
    'Dir::Etc::sourcelist "/dev/null";',
    `Dir::Etc::sourceparts "${sources}";`,
  ];
}

function configuration(folder: string): string[] {
  return [
    `Dir::State "${folder}/state";`,
    'Dir::State::status "/var/lib/dpkg/status";',
    `Dir::Cache "${folder}/cache";`,
    `Dir::Log "${folder}";`,
    'Debug::NoLocking "1";',
    'APT::Sandbox::User "";',
    'Acquire::Languages "none";',
    'Acquire::Retries "2";',
    'Acquire::http::Timeout "20";',
    'Acquire::https::Timeout "20";',
    ...[...HOOKS, ...OTHER_LISTS].map((name) => `#clear ${name};`),
  ];
}
