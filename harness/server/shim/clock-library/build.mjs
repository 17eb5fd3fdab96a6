/*
 * Builds the libraries that machines without a C compiler get, and writes down which source they are of:
 * `npm run clock-library`. Needs the compilers named below (Debian: gcc and gcc-aarch64-linux-gnu, on x64).
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const COMPILERS = { x64: 'x86_64-linux-gnu-gcc', arm64: 'aarch64-linux-gnu-gcc' };

const flags = JSON.parse(readFileSync(here('flags.json'), 'utf8'));
const hash = (...contents) =>
  contents.reduce((sum, one) => sum.update(one), createHash('sha256')).digest('hex');
const built = { source: hash(readFileSync(here('clock-shim.c')), flags.join(' ')), libraries: {} };
for (const [arch, compiler] of Object.entries(COMPILERS)) {
  const library = here(`clock-shim-${arch}.so`);
  execFileSync(compiler, [...flags, '-s', '-Wl,--build-id=none', '-o', library, here('clock-shim.c')], {
    stdio: 'inherit',
  });
  const version = execFileSync(compiler, ['--version'], { encoding: 'utf8' }).split('\n')[0];
  built.libraries[arch] = { sha256: hash(readFileSync(library)), compiler: version };
}
writeFileSync(here('built.json'), `${JSON.stringify(built, undefined, 2)}\n`);
