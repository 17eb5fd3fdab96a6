import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The `package.json` that a folder belongs to: its own, or that of the nearest folder above. @internal */
export function nearestManifest(folder: string): string | undefined {
  const file = join(folder, 'package.json');
  if (existsSync(file)) return file;
  return folder === dirname(folder) ? undefined : nearestManifest(dirname(folder));
}
