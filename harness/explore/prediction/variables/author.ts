import { fileURLToPath } from 'node:url';

/**
 * Who wrote a function: `native` is no JavaScript; `lab` and `trusted` (clients of Redis, what tests are written with) decide
 * nothing by what they keep for themselves.
 *
 * @internal
 */
export type Author = 'native' | 'node' | 'lab' | 'trusted' | 'others';

const HARNESS = fileURLToPath(new URL('../../../', import.meta.url));
const LIBRARIES =
  /[\\/]node_modules[\\/](?:ioredis|iovalkey|redis(?:-parser|-errors)?|@redis|vitest|@vitest|fast-check|chai|jest(?:-[a-z-]+)?|@jest|expect)[\\/]/;
/** Parts of the lab that are written as what people bring, and may keep something. */
const BROUGHT = /^suite[\\/]|\.test\.[jt]s$|[\\/]testing[\\/]/;

/** Who wrote what is at a place: a path, or an address. @internal */
export function authorAt(url: string): Author {
  if (url.startsWith('node:')) return 'node';
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  if (path.startsWith(HARNESS) && !BROUGHT.test(path.slice(HARNESS.length))) return 'lab';
  return LIBRARIES.test(path) ? 'trusted' : 'others';
}
