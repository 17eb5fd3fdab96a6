/**
 * The functions that led here, innermost first, without the cost of a stack trace as text.
 *
 * @param depth - how many at most
 * @internal
 */
export function callSites(depth: number): readonly NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.prepareStackTrace = keepSites;
  Error.stackTraceLimit = depth;
  const sites = new Error('called').stack as unknown as readonly NodeJS.CallSite[];
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  return sites;
}

function keepSites(_error: Error, sites: NodeJS.CallSite[]): unknown {
  return sites;
}
