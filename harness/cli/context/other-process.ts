/** Other processes of this command line, which it starts beside itself. */
import { fork, type ChildProcess, type StdioOptions } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process that does not end when it should is killed after this time. */
const END_LIMIT_MS = 5000;

/**
 * Starts one. Ctrl-C does not reach it: what becomes of it is for the first process to decide.
 *
 * @param script - what it runs, without its ending, as seen from the caller: `./member`
 * @param from - the caller's `import.meta.url`
 * @param stdio - where its output goes; messages come over IPC
 * @internal
 */
export function startProcess(script: string, from: string, stdio: StdioOptions): ChildProcess {
  // From a checkout it is TypeScript, as the caller is.
  const ending = from.endsWith('.ts') ? 'ts' : 'js';
  const file = fileURLToPath(new URL(`${script}.${ending}`, from));
  return fork(file, [], { stdio, serialization: 'advanced', detached: true });
}

/** Waits for what must come soon now; the process is killed where it does not. @internal */
export async function endsOrIsKilled(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  const timer = setTimeout(() => child.kill('SIGKILL'), END_LIMIT_MS);
  await ended;
  clearTimeout(timer);
}
