#!/usr/bin/env node
import { TOOL_VERSION } from '../record/tool.js';
import type { CliContext } from './context/context.js';
import { enter } from './terminal/enter.js';
import { linesOf } from './terminal/lines.js';
import { INVOCATION } from './terminal/invocation.js';
import { written } from './terminal/written.js';
import { EXIT } from './context/errors.js';
import { runCli } from './program.js';
import { outputOf } from '../report/terminal/output.js';

/** What shells report for a process that Ctrl-C ended. */
const KILLED_BY_INTERRUPT = 130;

const abort = new AbortController();
const { stdin, stdout, stderr, env } = process;

/** Output that is lost for another reason than a reader that went away must not look like success. */
function outputFailed(error: Error): void {
  lost = true;
  process.exitCode = EXIT.unknown;
  err.write(`race-lab: cannot write the output: ${error.message}\n`);
}
let lost = false;
const out = outputOf(stdout, stderr, env, outputFailed);
const err = outputOf(stderr, stdout, env, () => {});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The server and everything else that was started is cleaned up at exit, also then.
    if (abort.signal.aborted) process.exit(KILLED_BY_INTERRUPT);
    abort.abort();
    err.write(`${err.rewritable ? '\r\u001B[K' : ''}stopping; press Ctrl-C again to stop at once\n`);
  });
}

/** Somebody sits there. */
const isTerminal = stdin.isTTY && stdout.isTTY;
/** Code of somebody's own was loaded: what it opened when it was loaded may stay open for ever. */
let foreign = false;
const context: CliContext = {
  out,
  err,
  loadLabs: async () => (await import('../../labs/index.js')).labs,
  cwd: process.cwd(),
  env,
  importFile: async (path) => {
    foreign = true;
    return (await import('./selection/import-file.js')).importFile(path);
  },
  loadRunner: async () => (await import('./runner.js')).runner,
  waitForEnter: isTerminal ? () => enter(stdin, stdout, abort.signal) : undefined,
  askLine: isTerminal ? linesOf(stdin, (text) => out.write(text), abort.signal) : undefined,
  signal: abort.signal,
  version: TOOL_VERSION,
  invocation: INVOCATION,
};

const code = await runCli(process.argv.slice(2), context);
process.exitCode = lost ? EXIT.unknown : code;
// What was interrupted may still be on its way to somewhere; nobody waits for it any more.
if (abort.signal.aborted) process.exit();
if (foreign) {
  await written(stdout, stderr);
  process.exit();
}
