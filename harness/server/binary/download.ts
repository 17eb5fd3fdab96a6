import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, cached, uncache } from '../cache.js';
import { ServerError } from '../errors.js';
import { PrivateApt, hasApt, reasonOf } from './apt.js';
import { identityOf, type BinaryFile } from './binary.js';
import { binaryIn, librariesBelow, writeManifest } from './manifest.js';
import { distribution } from './releases.js';

/** What to try, in this order: the packages that carry the binary (Debian's redis-server is a link into redis-tools). */
const CANDIDATES = [
  { packages: ['redis-server', 'redis-tools'], binary: 'usr/bin/redis-server' },
  { packages: ['valkey-server', 'valkey-tools'], binary: 'usr/bin/valkey-server' },
] as const;

/** What to do where none can be downloaded. @internal */
export const INSTALL =
  'Install one (Debian and Ubuntu: apt install redis-server; Fedora: dnf install valkey; Alpine: apk add redis; macOS: brew install redis), ' +
  'start Docker, or give an address with RACE_LAB_REDIS=redis://127.0.0.1:6379';

/**
 * The distribution's own server package, downloaded with apt and unpacked into the cache folder: no root, nothing
 * installed, signatures checked by apt as ever. Later calls find it in the cache.
 *
 * @param notify - gets a line for people when the package is downloaded
 * @param again - takes what is in the cache away first
 * @returns the binary, and where the libraries are that this machine lacked
 * @throws ServerError (`no-redis`) where there is no apt, or the package cannot be had; it says what to install
 * @internal
 */
export async function downloadedServer(notify: (line: string) => void, again = false): Promise<BinaryFile> {
  if (!hasApt()) {
    throw new ServerError(
      'no-redis',
      `no redis-server or valkey-server on the PATH, and no apt here to download one. ${INSTALL}`,
    );
  }
  const name = ownPackage();
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
  return binaryIn(folder);
}

/** The name in the cache of the distribution's own package. @internal */
export function ownPackage(): string {
  return `package-${distribution().name}-${process.arch}`;
}

async function downloadInto(scratch: string): Promise<void> {
  const work = join(scratch, 'apt');
  const apt = new PrivateApt(work);
  // Lists first: a machine's own are often missing (slim images) or older than the archive. A third-party source that
  // is down makes this fail although the distribution's answered, so the verdict is left to the download.
  const update = await apt.update().catch((error: unknown) => error);
  let failure: unknown;
  for (const { packages, binary } of CANDIDATES) {
    try {
      await apt.download(packages);
    } catch (error) {
      failure ??= error;
      continue;
    }
    const root = join(scratch, 'root');
    await apt.unpack(root);
    rmSync(work, { recursive: true, force: true });
    const libraries = librariesBelow(root).map((folder) => `root/${folder}`);
    writeManifest(scratch, { packages, binary: `root/${binary}`, libraries });
    // Prove it before it becomes the cache's truth.
    await identityOf(binaryIn(scratch));
    return;
  }
  throw update instanceof Error ? update : failure;
}
