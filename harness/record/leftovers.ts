import { randomUUID } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isRunning } from '../server/machine/signals.js';

/** What stands beside a file or folder for a moment: new content, or the old one. */
type Suffix = 'tmp' | 'old';

/** A path beside this one that nobody else has, and that says whose it is. @internal */
export function beside(path: string, suffix: Suffix): string {
  const unique = `${process.pid}-${randomUUID().slice(0, 8)}`;
  return join(dirname(path), `.${basename(path)}.${unique}.${suffix}`);
}

/** What stands beside this path and belongs to a process that is gone: it was killed. @internal */
export function leftBeside(path: string, suffix: Suffix): string[] {
  const folder = dirname(path);
  const start = `.${basename(path)}.`;
  return namesIn(folder).flatMap((name) => {
    if (!name.startsWith(start) || !name.endsWith(`.${suffix}`)) return [];
    const owner = /^(\d+)-[\da-f]{8}$/.exec(name.slice(start.length, -suffix.length - 1))?.[1];
    return owner === undefined || isRunning(Number(owner)) ? [] : [join(folder, name)];
  });
}

/** Removes half-written content that killed processes left. What cannot be removed stays. @internal */
export function sweepBeside(path: string): void {
  for (const left of leftBeside(path, 'tmp')) {
    try {
      rmSync(left, { recursive: true, force: true });
    } catch {
      // It harms nobody.
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
