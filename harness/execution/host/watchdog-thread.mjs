/**
 * The thread of the watchdog, see `watchdog.ts`: it looks whether the main thread's event loop still turns, and ends
 * the JavaScript that keeps it from turning, through the inspector. Plain JavaScript, since a thread that begins while
 * the main thread spins can count on nothing but Node.
 */
import { writeSync } from 'node:fs';
import { Session } from 'node:inspector';
import { setFlagsFromString } from 'node:v8';
import { workerData } from 'node:worker_threads';

const { cells, cell, lookMs, side, internal } = workerData;
const shared = new Int32Array(cells);
const INTERNAL = new RegExp(internal);

/** How often to look for a place to end it. */
const PAUSES_MAX = 200;
/** How long a worker may take to run out of ticks. */
const TICKS_MS = 20;
/** How long the compiler may take for what it is at. */
const COMPILE_MS = 250;
/** How long the end may take to come, in real time. */
const END_MS = 1000;
/** A spin that begins again as often as this after it was stopped cannot be stopped. */
const STOPS_MAX = 40;
/** Who blocks without using the processor may be a slow disk or a stopped machine: wait so many times longer. */
const PATIENCE = 10;

let beat = -1;
let looks = 0;
let cpuMs = 0;
let stops = 0;
let stopping = false;

setInterval(() => void look(), lookMs);

async function look() {
  if (stopping) return;
  const now = Atomics.load(shared, cell.beat);
  if (Atomics.load(shared, cell.armed) === 0 || now !== beat) {
    beat = now;
    looks = 0;
    stops = 0;
    cpuMs = spentMs();
    return;
  }
  // Looks are counted rather than measured: while the machine or this process stands still, there are none.
  looks += 1;
  const limitMs = Atomics.load(shared, cell.limitMs);
  const waitedMs = looks * lookMs;
  const spent = spentMs() - cpuMs >= limitMs && waitedMs >= limitMs;
  // One that was stopped and goes on need not be waited for again.
  if (stops === 0 && !spent && waitedMs < limitMs * PATIENCE) return;
  if (Atomics.load(shared, cell.debugged) !== 0) return;
  stopping = true;
  try {
    stops += 1;
    if (stops > STOPS_MAX) giveUp('it begins again whenever it is stopped');
    await stop();
  } catch (error) {
    giveUp(String(error));
  } finally {
    stopping = false;
  }
}

/** Processor time of this process so far. */
function spentMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Ends what runs on the main thread, in three goes. First the main thread says whether it is a worker; from then on that
 * worker's ticks are dropped, which is enough for a spin of ticks. Then it turns the hooks off that Node calls for
 * every promise: ended inside of one of those, the whole process would end. At last its bookkeeping is put in order and
 * the end comes, where the code is neither Node's nor the lab's.
 */
async function stop() {
  // The compiler's threads do not expect that a function which they are inlining gets stopped, and abort.
  setFlagsFromString('--no-opt');
  await waitMs(COMPILE_MS);
  const session = new Session();
  session.connectToMainThread();
  try {
    const debug = new Debug(session);
    await debug.post('Debugger.enable');
    if (!(await identify(debug))) return;
    await waitMs(TICKS_MS);
    await debug.pause();
    if (spins()) await debug.call('unhook');
    while (spins()) {
      await debug.resume();
      // Anything but a fixed time, or it might always meet the same place.
      await waitMs(Math.random() * 3);
      const [frame] = await debug.pause();
      if (debug.isOwn(frame)) break;
    }
    if (spins()) {
      await debug.call('release');
      const ended = debug.post('Runtime.terminateExecution').catch(() => {});
      await debug.resume();
      await Promise.race([ended, waitMs(END_MS)]);
    } else {
      await debug.call('spare');
      await debug.resume();
    }
  } finally {
    session.disconnect();
    setFlagsFromString('--opt');
  }
}

/** Asks the main thread, at several places, whether a worker runs there: between two callbacks nobody does. */
async function identify(debug) {
  for (let trial = 0; trial < PAUSES_MAX && spins(); trial++) {
    await debug.pause();
    const found = await debug.call('report');
    await debug.resume();
    if (found === true) return true;
    await waitMs(Math.random() * 3);
  }
  return false;
}

/** Has the event loop not turned since? */
function spins() {
  return Atomics.load(shared, cell.beat) === beat;
}

/** The inspector's protocol, as far as it is needed. */
class Debug {
  #paused;
  /** By script id: the frames of a pause do not name their files. */
  #urls = new Map();

  constructor(session) {
    this.session = session;
    session.on('Debugger.scriptParsed', ({ params }) => this.#urls.set(params.scriptId, params.url));
    session.on('Debugger.paused', ({ params }) => this.#paused?.(params.callFrames));
  }

  post(method, params) {
    return new Promise((resolve, reject) => {
      this.session.post(method, params, (error, result) => {
        if (error) reject(new Error(`${method}: ${error.message}`));
        else resolve(result);
      });
    });
  }

  /** Pauses wherever it runs. @returns the frames, innermost first */
  async pause() {
    const paused = new Promise((resolve) => (this.#paused = resolve));
    await this.post('Debugger.pause');
    return paused;
  }

  /** Lets it go on, and waits until it does: a pause that is asked for earlier is none. */
  async resume() {
    const resumed = new Promise((resolve) => this.session.once('Debugger.resumed', resolve));
    await this.post('Debugger.resume');
    await resumed;
  }

  /** Calls the main thread's side while it is paused. */
  async call(name) {
    const expression = `globalThis[Symbol.for(${JSON.stringify(side)})]?.${name}()`;
    const { result, exceptionDetails } = await this.post('Runtime.evaluate', {
      expression,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) throw new Error(`${name}: ${result.description}`);
    return result.value;
  }

  /** Is a frame neither Node's nor the lab's? */
  isOwn({ location }) {
    const url = this.#urls.get(location.scriptId) ?? '';
    return url !== '' && !INTERNAL.test(url);
  }
}

function waitMs(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Nothing can be done any more, and a process that spins for ever helps nobody. */
function giveUp(why) {
  writeSync(
    2,
    `race-lab: a worker keeps the event loop from turning and cannot be stopped (${why}): ending this process\n`,
  );
  process.kill(process.pid, 'SIGKILL');
}
