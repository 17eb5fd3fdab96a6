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
  for (const site of callers()) {
    const file = site.getFileName();
    if (file === null || file === undefined) continue;
    const whose = whoseIs(file);
    if (whose !== 'passes on') return whose === 'client';
  }
  return false;
}

/** Whose code sets a timer: a client's, or somebody else's; or it only does what its caller asks for. */
type Whose = 'client' | 'other' | 'passes on';

/** By file: the same few set timers again and again. */
const known = new Map<string, Whose>();
const KNOWN_MAX = 2000;

function whoseIs(name: string): Whose {
  let whose = known.get(name);
  if (whose === undefined) {
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(name, (whose = ofFile(name.startsWith('file:') ? fileURLToPath(name) : name)));
  }
  return whose;
}

function ofFile(file: string): Whose {
  if (SOCKET.test(file) || CLIENT.test(file)) return 'client';
  return file.startsWith('node:') || file.startsWith(HARNESS) ? 'passes on' : 'other';
}

/** The functions that led here, innermost first; without the cost of a stack trace as text. */
function callers(): readonly NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.prepareStackTrace = keepSites;
  Error.stackTraceLimit = STACK_DEPTH;
  const sites = new Error().stack as unknown as readonly NodeJS.CallSite[];
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  return sites;
}

function keepSites(_error: Error, sites: NodeJS.CallSite[]): unknown {
  return sites;
}
