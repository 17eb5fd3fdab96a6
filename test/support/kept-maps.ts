/** For tests: kept fault maps, how they are made anew, and where two of them differ. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Where they are kept. */
export const KEPT_MAPS = join(ROOT, 'reports/maps');
const SHOWN_MAX = 300;

/** How a kept map is made anew. */
export interface Remake {
  /** Arguments of `race-lab` up to the file. */
  readonly args: readonly string[];
  readonly file: string;
}

/** What `npm run keep:maps` does, taken from there. */
export async function remakes(): Promise<Remake[]> {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  return scripts['keep:maps']!.split(' && ').map((line) => {
    const words = line.replace('npm run race-lab -- ', '').split(' ');
    return { args: words.slice(0, -1), file: basename(words.at(-1)!) };
  });
}

/** A line of a file of maps without which server it was: every one that can be had gives the same map. */
function withoutServer(line: string): string {
  return line.replaceAll(/"redis":\{[^}]*\}/g, '"redis":{}');
}

/** Where two files of maps first differ, a line a cell; undefined when they do not. */
export function mapDifference(kept: string, today: string): string | undefined {
  const [old, fresh] = [kept, today].map((text) => text.split('\n').map(withoutServer)) as [
    string[],
    string[],
  ];
  const at = Array.from({ length: Math.max(old.length, fresh.length) }, (_, line) => line).find(
    (line) => old[line] !== fresh[line],
  );
  if (at === undefined) return undefined;
  const [before, after] = [old[at] ?? '', fresh[at] ?? ''];
  let same = 0;
  while (same < before.length && before[same] === after[same]) same += 1;
  // What the cell is stands at the beginning of its line, what changed in it may be far behind.
  const shown = (line: string): string =>
    same < SHOWN_MAX / 2
      ? line.trim().slice(0, SHOWN_MAX)
      : `${line.trim().slice(0, SHOWN_MAX / 3)} … ${line.slice(same - SHOWN_MAX / 3, same + SHOWN_MAX / 3)}`;
  const variant = fresh.slice(0, at + 1).findLast((line) => line.startsWith('      "variant": ')) ?? '';
  return `line ${at + 1},${variant.replaceAll(/\s+/g, ' ')}\n  kept   ${shown(before)}\n  today  ${shown(after)}`;
}
