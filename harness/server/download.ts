import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, cached, uncache } from './cache.js';
import { ServerError, messageOf } from './errors.js';

const run = promisify(execFile);

const APT_GET = '/usr/bin/apt-get';
const DPKG_DEB = '/usr/bin/dpkg-deb';

/** An unpacked server: the binary, and where the libraries are that this machine lacked. */
export interface DownloadedServer {
  readonly path: string;
  readonly libraryFolders: readonly string[];
}

/** What to try, in this order: the packages that carry the binary (Debian's redis-server is a link into redis-tools). */
const CANDIDATES = [
  { packages: ['redis-server', 'redis-tools'], binary: 'usr/bin/redis-server' },
  { packages: ['valkey-server', 'valkey-tools'], binary: 'usr/bin/valkey-server' },
] as const;

const INSTALL =
  'Install one (Debian and Ubuntu: apt install redis-server; Fedora: dnf install valkey; Alpine: apk add redis; macOS: brew install redis), ' +
  'start Docker, or give an address with RACE_LAB_REDIS=redis://127.0.0.1:6379';

/**
 * The distribution's own server package, downloaded with apt and unpacked into the cache folder: no root, nothing
 * installed, signatures checked by apt as ever. Later calls find it in the cache, unless it is to be got `again`.
 */
export async function downloadedServer(
  notify: (line: string) => void,
  again = false,
): Promise<DownloadedServer> {
  if (process.platform !== 'linux' || !existsSync(APT_GET) || !existsSync(DPKG_DEB)) {
    throw new ServerError(
      'no-redis',
      `no redis-server or valkey-server on the PATH, and no apt here to download one. ${INSTALL}`,
    );
  }
  const name = `package-${distribution()}-${process.arch}`;
  if (again) uncache(name);
  let folder: string;
  try {
    folder = await cached(name, async (scratch) => {
      notify(
        `no redis-server on the PATH: downloading the distribution's package into ${cacheFolder()} (about 20 MB, once)`,
      );
      await downloadInto(scratch);
    });
  } catch (error) {
    if (error instanceof ServerError && error.code === 'bad-request') throw error;
    throw new ServerError(
      'no-redis',
      `no redis-server or valkey-server on the PATH, and its package could not be downloaded: ${reasonOf(error)}. ${INSTALL}`,
      { cause: error },
    );
  }
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    binary: string;
    libraries: string[];
  };
  return {
    path: join(folder, manifest.binary),
    libraryFolders: manifest.libraries.map((library) => join(folder, library)),
  };
}

async function downloadInto(scratch: string): Promise<void> {
  const work = join(scratch, 'apt');
  const conf = privateApt(work);
  // Lists first: a machine's own are often missing (slim images) or older than the archive. A third-party source that
  // is down makes this fail although the distribution's answered, so the verdict is left to the download.
  const update = await tool(APT_GET, ['-c', conf, '-qq', 'update']).catch((error: unknown) => error);
  const failures: unknown[] = [];
  for (const { packages, binary } of CANDIDATES) {
    try {
      // The system's dpkg status says which libraries are here already. --reinstall: a package that is installed but
      // whose binary is not on the PATH is fetched all the same.
      const install = [
        '-qq',
        '-y',
        '--download-only',
        '--reinstall',
        '--no-install-recommends',
        'install',
        ...packages,
      ];
      await tool(APT_GET, ['-c', conf, ...install]);
    } catch (error) {
      failures.push(error);
      continue;
    }
    const archives = join(work, 'cache', 'archives');
    const root = join(scratch, 'root');
    for (const name of readdirSync(archives).filter((file) => file.endsWith('.deb'))) {
      await tool(DPKG_DEB, ['-x', join(archives, name), root]);
    }
    rmSync(work, { recursive: true, force: true });
    const libraries = librariesBelow(root).map((folder) => `root/${folder}`);
    const manifest = { packages, binary: `root/${binary}`, libraries };
    writeFileSync(join(scratch, 'manifest.json'), JSON.stringify(manifest));
    // Prove it before it becomes the cache's truth.
    const environment = {
      ...process.env,
      LD_LIBRARY_PATH: libraries.map((folder) => join(scratch, folder)).join(':'),
    };
    await run(join(scratch, manifest.binary), ['--version'], { env: environment, timeout: 10_000 });
    return;
  }
  throw update instanceof Error ? update : failures[0];
}

/** Runs a tool of the packaging system; apt itself calls others by name, whatever our caller's PATH is. */
async function tool(path: string, args: readonly string[]): Promise<void> {
  const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
  const env = { ...process.env, PATH, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
  await run(path, [...args], { env, timeout: 300_000, maxBuffer: 16 << 20 });
}

/** An apt configuration that keeps state and cache to itself and so needs neither root nor the system's locks. */
function privateApt(work: string): string {
  mkdirSync(join(work, 'state', 'lists', 'partial'), { recursive: true });
  mkdirSync(join(work, 'cache', 'archives', 'partial'), { recursive: true });
  const conf = join(work, 'apt.conf');
  const lines = [
    `Dir::State "${work}/state";`,
    'Dir::State::status "/var/lib/dpkg/status";',
    `Dir::Cache "${work}/cache";`,
    `Dir::Log "${work}";`,
    'Debug::NoLocking "1";',
    'APT::Sandbox::User "";',
    'Acquire::Languages "none";',
    'Acquire::Retries "2";',
    'Acquire::http::Timeout "20";',
    'Acquire::https::Timeout "20";',
    // Hooks of the system belong to real installations; some of them empty the cache or talk to daemons.
    ...['Update::Pre-Invoke', 'Update::Post-Invoke', 'Update::Post-Invoke-Success'].map(
      (name) => `#clear APT::${name};`,
    ),
    ...['Pre-Invoke', 'Post-Invoke', 'Pre-Install-Pkgs'].map((name) => `#clear DPkg::${name};`),
    // Desktop systems also fetch icons and command indexes, tens of megabytes that say nothing about Redis.
    ...[
      'DEP-11',
      'DEP-11-icons-small',
      'DEP-11-icons',
      'DEP-11-icons-hidpi',
      'DEP-11-icons-large',
      'DEP-11-icons-large-hidpi',
      'CNF',
    ].map((name) => `#clear Acquire::IndexTargets::deb::${name};`),
  ];
  writeFileSync(conf, `${lines.join('\n')}\n`);
  return conf;
}

/** Folders below `root` that hold shared libraries, relative to it. */
function librariesBelow(root: string): string[] {
  const folders = new Set<string>();
  for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
    if (!/\.so(\.\d+)*$/.test(entry.name)) continue;
    folders.add(entry.parentPath.slice(root.length + 1));
  }
  return [...folders].sort();
}

/** `debian-12`, `ubuntu-24.04`: a home shared by two machines must not mix their libraries. */
function distribution(): string {
  const fields = new Map<string, string>();
  for (const line of readFileSync('/etc/os-release', 'utf8').split('\n')) {
    const match = /^(\w+)="?([^"]*)"?$/.exec(line);
    if (match?.[1] !== undefined) fields.set(match[1], match[2] ?? '');
  }
  const name = `${fields.get('ID') ?? 'linux'}-${fields.get('VERSION_ID') ?? fields.get('VERSION_CODENAME') ?? 'rolling'}`;
  return name.replaceAll(/[^\w.-]/g, '_');
}

/** What apt said, without its command line: the first line that names an error. */
function reasonOf(error: unknown): string {
  const text =
    error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' && error.stderr !== ''
      ? error.stderr
      : messageOf(error);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => line.startsWith('E:')) ?? lines[0] ?? 'unknown reason')
    .trim()
    .replace(/\.$/, '');
}
