import { fileURLToPath } from 'node:url';

/** Packages that are clients of Redis: the timers that they set are timeouts and pauses of theirs, not of the worker's code. */
const CLIENT = /[\\/]node_modules[\\/](?:ioredis\d*|iovalkey|redis\d*|@redis[\\/][\w-]+)[\\/]/;
/** Idle timeouts of sockets, which the lab serves itself. */
const SOCKET = /[\\/]wire[\\/]gate[\\/]idle-timer\.[jt]s$/;
/** The lab's own code, which passes on what others ask for. */
const HARNESS = fileURLToPath(new URL('..', import.meta.url));
const STACK_DEPTH = 12;

/** Did a client of Redis set the timer that is being set now, and not the worker's own code? @internal */
export function isSetByClient(): boolean {
  for (const file of callers()) {
    if (SOCKET.test(file)) return true;
    if (file.startsWith('node:') || (file.startsWith(HARNESS) && !CLIENT.test(file))) continue;
    return CLIENT.test(file);
  }
  return false;
}

/** Files of the functions that led here, innermost first; without the cost of a stack trace as text. */
function callers(): string[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.prepareStackTrace = (_error, sites) => sites;
  Error.stackTraceLimit = STACK_DEPTH;
  const sites = new Error().stack as unknown as NodeJS.CallSite[];
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  return sites.flatMap((site) => {
    const file = site.getFileName();
    if (file === null || file === undefined) return [];
    return [file.startsWith('file:') ? fileURLToPath(file) : file];
  });
}
