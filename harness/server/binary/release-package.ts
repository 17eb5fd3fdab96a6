import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { cacheFolder, cached } from '../cache.js';
import { ServerError } from '../errors.js';
import { fits, productText, type WantedServer } from './wanted.js';
import { PrivateApt, hasApt, reasonOf } from './apt.js';
import { identityOf, type BinaryFile } from './binary.js';
import { INSTALL } from './download.js';
import { binaryIn, librariesBelow, writeManifest } from './manifest.js';
import { distribution, writeSources } from './releases.js';

/**
 * A package with the server that is wanted, of this distribution's release or of a newer one, with every library that it
 * needs down to the C library and its loader: so it runs whatever this machine has. Unpacked into the cache folder without
 * root, signatures checked by apt as ever.
 *
 * @param notify - gets a line for people when it is downloaded
 * @throws ServerError (`no-redis`) when no release has it, or there is no apt here
 * @internal
 */
export async function releasePackage(
  wanted: WantedServer,
  notify: (line: string) => void,
): Promise<BinaryFile> {
  const what = productText(wanted);
  if (!hasApt())
    throw new ServerError(
      'no-redis',
      `no ${what} on the PATH, and no apt here to download one. ${NAME_IT} ${INSTALL}`,
    );
  const { release, newer } = distribution();
  const releases = [release, ...newer];
  const seen: string[] = [];
  const missing: string[] = [];
  for (const one of releases) {
    const folder = join(cacheFolder(), nameOf(one, wanted));
    if (!existsSync(folder)) missing.push(one);
    else {
      const binary = binaryIn(folder);
      const { version } = await identityOf(binary);
      if (fits(wanted, { product: wanted.product, version })) return binary;
      seen.push(`${one}: it has ${version}`);
    }
  }
  for (const one of missing) {
    try {
      return binaryIn(await cached(nameOf(one, wanted), (scratch) => fill(scratch, one, wanted, notify)));
    } catch (error) {
      if (error instanceof ServerError && error.code === 'bad-request') throw error;
      seen.push(`${one}: ${reasonOf(error)}`);
    }
  }
  throw new ServerError(
    'no-redis',
    `no ${what} on the PATH, and no package of it (${seen.join('; ')}). ${NAME_IT}`,
  );
}

const NAME_IT = 'Name a binary of it with RACE_LAB_REDIS_BINARY, or use --redis container.';

function nameOf(release: string, { product }: WantedServer): string {
  return `package-${distribution().name}-${process.arch}-${product}-of-${release}`;
}

/** Downloads the package of a release into a folder. @throws Error when that release has another version, or none */
async function fill(
  scratch: string,
  release: string,
  wanted: WantedServer,
  notify: (line: string) => void,
): Promise<void> {
  const work = join(scratch, 'apt');
  const sources = join(scratch, 'sources');
  if ((await writeSources(sources, distribution().release, release)) === 0)
    throw new Error("this machine's apt has no source of its release");
  const apt = new PrivateApt(work, sources);
  // As with the machine's own sources: whether it mattered is seen by what they offer then.
  const update = await apt.update().catch((error: unknown) => error);
  const server = `${wanted.product}-server`;
  const version = upstream(await apt.candidate(server));
  if (version === undefined) throw update instanceof Error ? update : new Error('it has none');
  if (!fits(wanted, { product: wanted.product, version })) throw new Error(`it has ${version}`);
  notify(
    `${productText({ product: wanted.product, version })} is downloaded from the packages of ${release} into ${cacheFolder()} (about 20 MB, once)`,
  );
  const packages = [server, `${wanted.product}-tools`];
  await apt.download(packages);
  const root = join(scratch, 'root');
  await apt.unpack(root);
  for (const folder of [work, sources]) rmSync(folder, { recursive: true, force: true });
  const loader = strip(root);
  writeManifest(scratch, {
    packages,
    binary: `root/usr/bin/${server}`,
    libraries: librariesBelow(root).map((folder) => `root/${folder}`),
    loader: `root/${loader}`,
  });
  // Prove it before it becomes the cache's truth.
  await identityOf(binaryIn(scratch));
}

/** The upstream part of a package's version: `5:8.0.2-3+deb13u3` is 8.0.2, `8.1.1+dfsg1-3` is 8.1.1. */
function upstream(version: string | undefined): string | undefined {
  return version === undefined ? undefined : /^(?:\d+:)?(\d+(?:\.\d+)*)/.exec(version)?.[1];
}

/**
 * Removes what neither the server nor its loader reads: documents, locales, converters of character sets.
 *
 * @returns the path of the loader, from `root`
 */
function strip(root: string): string {
  const keep = (folder: string, names: readonly string[]): void => {
    for (const name of readdirSync(folder)) if (!names.includes(name)) remove(folder, name);
  };
  keep(root, ['usr', 'lib', 'lib64']);
  keep(join(root, 'usr'), ['bin', 'lib']);
  const loaders = librariesBelow(root).flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => /^ld-linux[\w-]*\.so\.\d+$/.test(name))
      .map((name) => join(folder, name)),
  );
  const [loader] = loaders;
  if (loader === undefined) throw new Error('the packages of its C library hold no loader');
  // Not every release has moved all of /lib to /usr/lib.
  for (const base of ['lib', join('usr', 'lib')]) {
    const folder = join(root, base, basename(dirname(loader)));
    for (const entry of existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [])
      if (entry.isDirectory()) remove(folder, entry.name);
  }
  return loader;
}

function remove(...path: readonly string[]): void {
  rmSync(join(...path), { recursive: true, force: true });
}
