/**
 * One round of `--watch`: a fresh process, so that every module that somebody edits is new. It is started beforehand, loads
 * everything else, and waits for its order; the server is that of the process that watches.
 */
import { TOOL_VERSION } from '../../record/tool.js';
import type { Environment } from '../../execution/host/environment.js';
import type { CliContext, Runner } from '../context/context.js';
import { isUsable } from '../context/session.js';
import { sayError } from '../context/say-error.js';
import { run } from '../run/run.js';
import { runner } from '../runner.js';
import { importFile, prepareImports } from '../selection/import-file.js';
import { borrowed } from './lent-out.js';
import { INVOCATION } from '../terminal/invocation.js';
import { written } from '../terminal/written.js';
import type { FromRound, RoundOrder, ServerAnswer, ToRound } from './protocol.js';
import { outputOf } from '../../report/terminal/output.js';

/** The other end of the channel is in the process that watches; without it, somebody started this file by hand. */
const send = process.send?.bind(process);
if (send === undefined)
  throw new Error('this is a part of "race-lab run --watch": it is not started by hand');
// Without a callback the end of the other process would be an uncaught error here.
const tell = (message: FromRound): Promise<void> =>
  new Promise((resolve) => void send(message, undefined, undefined, () => resolve()));

process.on('disconnect', () => process.exit());

const { stdout, stderr, env } = process;
const out = outputOf(stdout, stderr, env, () => process.exit());
const err = outputOf(stderr, stdout, env, () => {});
const stop = new AbortController();
const waiting = new Map<number, (answer: ServerAnswer) => void>();
let nextId = 1;

process.on('message', (message: ToRound) => {
  if (message.kind === 'stop') stop.abort();
  else if (message.kind === 'run') void perform(message.order);
  else {
    waiting.get(message.id)?.(message.answer);
    waiting.delete(message.id);
  }
});

await prepareImports();
const { labs } = await import('../../../labs/index.js');
await tell({ kind: 'ready' });

async function perform({ words, flags, typed, server }: RoundOrder): Promise<void> {
  let usable = true;
  const ours: Runner = {
    ...runner,
    startServer: async () =>
      borrowed(server, (ask) => {
        const id = nextId++;
        void tell({ kind: 'ask', id, ask });
        return new Promise((resolve) => waiting.set(id, resolve));
      }),
    explore: async (scenario, options) => {
      try {
        return await runner.explore(scenario, options);
      } finally {
        // What this round did to the server is undone by this round: the next one takes the server as it finds it.
        if (options.session !== undefined) usable &&= await isUsable(options.session as Environment);
      }
    },
  };
  const context: CliContext = {
    out,
    err,
    cwd: process.cwd(),
    env: {},
    loadLabs: async () => labs,
    importFile,
    loadRunner: async () => ours,
    waitForEnter: undefined,
    askLine: undefined,
    signal: stop.signal,
    version: TOOL_VERSION,
    invocation: INVOCATION,
  };
  try {
    await run(context, words, flags, new Set(typed));
  } catch (error) {
    // Whoever changed something sees what comes next, and not that this was stopped.
    if (!stop.signal.aborted) sayError(context, error);
  }
  await written(stdout, stderr);
  await tell({ kind: 'done', usable });
  process.exit();
}
