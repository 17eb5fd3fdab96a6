/**
 * The thread that lets a debugger stop in the code of a worker, see `inspect.ts`. It does what a person would do in a debugger:
 * it sets a breakpoint at every place of a file, waits until the first one is hit, and takes all of them back. Whoever is attached
 * sees the pause, and alone goes on from there. Plain JavaScript, since a thread does not inherit loaders.
 */
import { Session } from 'node:inspector';
import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

const INTERNAL = new RegExp(workerData.internal);

/** By its id, where a script comes from. */
const scripts = new Map();
/** Breakpoints that are set. */
const ours = new Set();
let hit = '';

const session = new Session();
session.connectToMainThread();
session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => scripts.set(scriptId, url));
session.on('Debugger.paused', ({ params }) => void paused(params));
// A thread that listens to nobody ends.
parentPort.on('message', (asked) => void answer(asked));
await post('Debugger.enable');
parentPort.postMessage('ready');

async function answer({ kind, url, text }) {
  if (kind === 'arm') await arm(url, text);
  else await takeBack();
  parentPort.postMessage(kind);
}

/** Sets breakpoints in a script; in all that are the project's own where it is not known. @param text - said once one is hit */
async function arm(url, text) {
  hit = text;
  const files = [...scripts].filter(([, one]) => one.startsWith('file:'));
  const named = files.filter(([, one]) => one.replace(/[?#].*/, '') === url);
  const own = named.length > 0 ? named : files.filter(([, one]) => !INTERNAL.test(one));
  for (const [scriptId] of own) {
    const start = { scriptId, lineNumber: 0, columnNumber: 0 };
    const { locations } = await post('Debugger.getPossibleBreakpoints', { start });
    for (const location of locations) {
      // Where a person has one already, that one stops as well.
      const { breakpointId } = await post('Debugger.setBreakpoint', { location }).catch(() => ({}));
      if (breakpointId !== undefined) ours.add(breakpointId);
    }
  }
}

async function takeBack() {
  const all = [...ours];
  ours.clear();
  for (const breakpointId of all) await post('Debugger.removeBreakpoint', { breakpointId });
}

async function paused({ hitBreakpoints = [] }) {
  if (!hitBreakpoints.some((id) => ours.has(id))) return;
  await takeBack();
  // The main thread stands still, and cannot say it.
  writeSync(2, `${hit}\n`);
  parentPort.postMessage('hit');
  // Whoever else is attached keeps it where it is; where nobody is any more, it goes on.
  session.disconnect();
}

function post(method, params) {
  return new Promise((resolve, reject) => {
    session.post(method, params, (error, result) => {
      if (error) reject(new Error(`${method}: ${error.message}`));
      else resolve(result);
    });
  });
}
