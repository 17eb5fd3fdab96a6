import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { scenario } from '../../scenario/scenario.js';
import type { Unusual } from './command-line.js';

/** A folder with race files whose contents nobody runs: importing any of them gives one scenario, `last item`. */
export interface RaceProject {
  readonly cwd: string;
  /** What was imported, as seen from the folder. */
  readonly imported: string[];
  /** For the command line. */
  readonly unusual: Unusual;
  /** Writes a file. @returns its path */
  readonly put: (path: string, text: string) => Promise<string>;
}

/** Makes one; who does removes its folder. */
export async function raceProject(): Promise<RaceProject> {
  const cwd = await mkdtemp(join(tmpdir(), 'race-lab-project-'));
  const imported: string[] = [];
  const importFile: Unusual['importFile'] = async (path) => {
    imported.push(relative(cwd, path));
    return { lastItem: scenario({ name: 'last item', workers: async () => {}, invariants: [] }) };
  };
  const put = async (path: string, text: string): Promise<string> => {
    const file = join(cwd, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    return file;
  };
  return { cwd, imported, unusual: { cwd, importFile }, put };
}
