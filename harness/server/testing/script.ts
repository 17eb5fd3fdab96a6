import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compiledUrl } from './compiled.js';

/** The project's folder, where a script finds what it imports. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The address of this room, for a script to import. */
export const SERVER_ROOM = compiledUrl('harness/server/index.ts');

/** How Node runs a script. */
export function scriptArguments(script: string): string[] {
  return ['--input-type=module', '-e', script];
}

/**
 * Runs a script in a process of its own, to its end.
 *
 * @param env - variables that it gets beside those of this process
 * @returns what it printed; rejects when it ends with another code than 0
 */
export async function runScript(
  script: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return await promisify(execFile)(process.execPath, scriptArguments(script), {
    cwd: ROOT,
    env: { ...process.env, ...env },
  });
}
