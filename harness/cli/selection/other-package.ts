import { readFile, realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TOOL_NAME, TOOL_VERSION } from '../../record/tool.js';

/** The copy that runs; what a race file imports of the package is always this. */
const HERE = dirname(fileURLToPath(import.meta.url));

/**
 * Whether a file would get another version of this package than the one that runs: a command line from elsewhere, such as
 * one that is installed for the whole machine, may not be what the file was written for.
 *
 * @returns what to say about it
 * @internal
 */
export async function otherPackage(path: string): Promise<string | undefined> {
  let manifest: string;
  try {
    manifest = await realpath(createRequire(path).resolve(`${TOOL_NAME}/package.json`));
  } catch {
    // Not installed there: it gets this one.
    return undefined;
  }
  if (HERE.startsWith(dirname(manifest))) return undefined;
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version?: unknown };
  if (version === TOOL_VERSION) return undefined;
  return `its project has ${TOOL_NAME} ${String(version)} (${dirname(manifest)}), and this is ${TOOL_VERSION} (${HERE}): run the one of the project, npx race-lab`;
}
