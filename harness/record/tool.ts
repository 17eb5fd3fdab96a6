import { readFileSync } from 'node:fs';

/** Name of this package, as records carry it. @internal */
export const TOOL_NAME = 'redis-race-lab';

/** Version of the lab itself; `unknown` where its package.json is not found. @internal */
export const TOOL_VERSION = ownVersion();

function ownVersion(): string {
  // Two places: beside the sources, and one folder higher once built.
  for (const place of ['../../package.json', '../../../package.json']) {
    try {
      const found = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')) as {
        name: string;
        version: string;
      };
      if (found.name === TOOL_NAME) return found.version;
    } catch {
      // Not here.
    }
  }
  return 'unknown';
}
