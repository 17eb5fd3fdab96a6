import { fileURLToPath } from 'node:url';
import { relative } from 'node:path';

/** Root of the library's own code: frames in it are not the worker's. */
const HARNESS = fileURLToPath(new URL('..', import.meta.url));
/** The same where source maps lead from what it was compiled to. */
const SOURCES = HARNESS.replace(/([\\/])dist[\\/](harness[\\/])$/, '$1$2');
const FRAME = /(?:^at |\()(?:async )?((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()]*?):(\d+):(\d+)\)?$/;
const STACK_DEPTH = 40;

/**
 * The place in the worker's code that led here: the innermost stack frame that is neither a dependency, nor Node,
 * nor the lab.
 *
 * @returns `path:line:column`, the path relative to the working directory; undefined when no frame fits
 * @internal
 */
export function callerSource(): string | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = STACK_DEPTH;
  const stack = new Error().stack ?? '';
  Error.stackTraceLimit = limit;
  return firstOwnFrame(stack);
}

/** The first frame of a stack trace that is neither a dependency, nor Node, nor the lab. @internal */
export function firstOwnFrame(stack: string): string | undefined {
  for (const line of stack.split('\n')) {
    const place = ownPlace(line);
    if (place !== undefined) return place;
  }
  return undefined;
}

/** Every frame of a stack trace that is neither a dependency, nor Node, nor the lab, innermost first. @internal */
export function ownFrames(stack: string): string[] {
  return stack.split('\n').flatMap((line) => ownPlace(line) ?? []);
}

function ownPlace(line: string): string | undefined {
  const found = FRAME.exec(line.trim());
  if (found === null) return undefined;
  const path = found[1]!.startsWith('file:') ? fileURLToPath(found[1]!) : found[1]!;
  if (path.includes('node_modules') || path.startsWith('node:')) return undefined;
  if ((path.startsWith(HARNESS) || path.startsWith(SOURCES)) && !path.endsWith('.test.ts')) return undefined;
  return `${relative(process.cwd(), path)}:${found[2]}:${found[3]}`;
}
