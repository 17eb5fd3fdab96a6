/** Clients that an application makes when its modules are loaded: the lab has to be told of these. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** At the begin of a line nothing but a module makes it. */
const CLIENT =
  /^(?:export\s+)?(?:default\s+|(?:const|let|var)\s+\w+(?:\s*:[^=\n]+)?\s*=\s*|(?:module\.)?exports(?:\.\w+)?\s*=\s*)(?:await\s+)?(?:new\s+(?:\w+\.)?(?:Redis|IORedis|Valkey|Cluster)\b|(?:\w+\.)?createClient\s*\()/m;
const KNOWN = /['"](?:ioredis|iovalkey|redis|@redis\/client)['"]/;
const CODE = /(?<!\.d)\.[cm]?[jt]sx?$/;
const LEFT_OUT = new Set(['node_modules', 'dist', 'build', 'coverage', 'race', 'test', 'tests', '__tests__']);
/** It is a hint: nobody waits for it. */
const FILES_MAX = 2000;
const SIZE_MAX = 200_000;

/** The first such place: `src/redis.ts:3`. @param cwd - folder of the project @internal */
export function ownClient(cwd: string): string | undefined {
  const folders = [cwd];
  let looked = 0;
  for (let at = 0; at < folders.length; at++) {
    const entries = readdirSync(folders[at]!, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folders[at]!, entry.name);
      if (entry.isDirectory() && !entry.name.startsWith('.') && !LEFT_OUT.has(entry.name)) folders.push(path);
      if (!entry.isFile() || !CODE.test(entry.name)) continue;
      if (++looked > FILES_MAX) return undefined;
      const line = lineOfClient(path);
      if (line !== undefined) return `${relative(cwd, path).split(sep).join('/')}:${line}`;
    }
  }
  return undefined;
}

function lineOfClient(path: string): number | undefined {
  if (statSync(path).size > SIZE_MAX) return undefined;
  const text = readFileSync(path, 'utf8');
  const found = KNOWN.test(text) ? CLIENT.exec(text) : null;
  return found === null ? undefined : text.slice(0, found.index).split('\n').length;
}
