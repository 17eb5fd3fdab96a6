import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const FOLDER = join(ROOT, '.compiled');
const ROOMS = ['harness', 'labs'];
const ONLY_FOR_TESTS = /\.test\.ts$|(?:^|\/)(?:golden|testing)(?:\/|$)/;
/** Older ones are nobody's any more. */
const KEPT_MS = 3_600_000;

/**
 * The project as JavaScript, for processes that tests start: each of them would need longer to load the TypeScript than
 * for what it is to do. The same sources are compiled once.
 *
 * @param file - path of a source, or of a folder, from the project's: `harness/cli/main.ts`
 * @returns the path of what became of it
 */
export function compiled(file: string): string {
  const sources = ROOMS.flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' }).map((name) => join(room, name)),
  ).filter((name) => !ONLY_FOR_TESTS.test(name) && statSync(join(ROOT, name)).isFile());
  const hash = createHash('sha256');
  for (const name of sources) {
    const { mtimeMs, size } = statSync(join(ROOT, name));
    hash.update(`${name} ${mtimeMs} ${size}\n`);
  }
  const folder = join(FOLDER, hash.digest('hex').slice(0, 16));
  if (!existsSync(folder)) compile(sources, folder);
  return join(folder, file.replace(/\.ts$/, '.js'));
}

/** The same as an address for `import`. */
export function compiledUrl(file: string): string {
  return pathToFileURL(compiled(file)).href;
}

function compile(sources: readonly string[], folder: string): void {
  const own = `${folder}.${process.pid}`;
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: sources.filter((name) => name.endsWith('.ts')),
    outdir: own,
    outbase: ROOT,
    format: 'esm',
    platform: 'node',
    target: 'node20',
  });
  for (const name of [...sources.filter((one) => !one.endsWith('.ts')), 'package.json'])
    cpSync(join(ROOT, name), join(own, name));
  try {
    renameSync(own, folder);
  } catch {
    // Somebody else was faster.
    rmSync(own, { recursive: true });
  }
  for (const name of readdirSync(FOLDER)) {
    const other = join(FOLDER, name);
    if (other !== folder && Date.now() - statSync(other).mtimeMs > KEPT_MS)
      rmSync(other, { recursive: true, force: true });
  }
}
