import inspector from 'node:inspector';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { regexpText } from '../../base/text.js';
import type { Move } from '../../execution/steps/move.js';
import { workerName } from '../../report/text/command-text.js';
import { UsageError } from '../context/errors.js';
import type { Inspection } from '../context/inspection.js';

/** Where debuggers look first. */
const PORT = 9229;
const HOST = '127.0.0.1';
/** Files that are not the project's own, where it is not known which one it is: dependencies, and the lab. */
const LAB = regexpText(new URL('../..', import.meta.url).pathname);
const INTERNAL = `/node_modules/|^file://${LAB}`;

type Answer = 'ready' | 'arm' | 'disarm' | 'hit';

/**
 * Opens the inspector of this process for this machine, and waits until a debugger is attached. While somebody looks at code that
 * stands still, nothing of this process runs: so Ctrl-C is left to the system, which ends it at once, and the reaper cleans up.
 *
 * @param at - the step that is to have come to its worker, from 1
 * @param say - is given lines for people
 * @throws UsageError where there is no inspector
 * @internal
 */
export async function inspect(at: number, say: (line: string) => void): Promise<Inspection> {
  const isOpen = inspector.url() !== undefined;
  if (!isOpen) {
    inspector.open(PORT, HOST, false);
    // Somebody else is debugged there.
    if (inspector.url() === undefined) inspector.open(0, HOST, false);
  }
  const url = inspector.url();
  if (url === undefined) throw new UsageError('this Node has no inspector: --inspect cannot be used');
  // Before anybody can know that it waits: a signal that is handled from then on would never be.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeAllListeners(signal);
  const where = `stops in the worker's code once step ${at} has come to it. Ctrl-C ends it.`;
  if (isOpen) {
    // Whoever is attached has said already that this program may go on, and does not say so again.
    say(`A debugger could attach before this began, at ${url}: it is not waited for, and ${where}`);
  } else {
    say(`A debugger of this machine can attach now: ${url}`);
    say(
      'Chrome: chrome://inspect   VS Code: "Attach to Node Process"   a terminal: node inspect ' +
        hostOf(url),
    );
    say(`It waits for one, and ${where}`);
    inspector.waitForDebugger();
  }
  const stop = new Stop(at);
  await stop.answer('ready');
  return stop;
}

function hostOf(url: string): string {
  return new URL(url).host;
}

/** Sets breakpoints right before a step, and takes them back behind it unless one was hit. */
class Stop implements Inspection {
  #hit = false;
  #armed = false;
  /** Whose code it is; known once the step comes. */
  #worker: number | undefined;
  readonly #thread: Worker;
  readonly #waiting = new Map<Answer, () => void>();

  constructor(readonly at: number) {
    this.#thread = new Worker(new URL('./pause-thread.mjs', import.meta.url), {
      name: 'race-lab inspect',
      ...{ execArgv: [], env: {} },
      workerData: { internal: INTERNAL },
    });
    this.#thread.on('message', (answer: Answer) => {
      this.#waiting.get(answer)?.();
      if (answer !== 'hit') return;
      this.#hit = true;
      // Nothing is answered behind this.
      for (const resume of this.#waiting.values()) resume();
    });
  }

  readonly beforeStep = async (move: Move, number: number): Promise<void> => {
    if (this.#hit || number < this.at) return;
    await this.#disarm();
    if (this.#hit) return;
    this.#worker ??= move.worker;
    // A step that did not let its worker's own code go on, such as a reconnect: the next one of that worker may.
    if (move.worker !== this.#worker) return;
    this.#armed = true;
    const text = `stopped in the code of ${workerName(move.worker)}: step ${number} has come to it`;
    await this.#ask('arm', { url: urlOf(move.source), text });
  };

  async end(): Promise<boolean> {
    await this.#disarm();
    await this.#thread.terminate();
    inspector.close();
    return this.#hit;
  }

  answer(wanted: Answer): Promise<void> {
    return new Promise((done) => this.#waiting.set(wanted, done));
  }

  async #disarm(): Promise<void> {
    if (!this.#armed) return;
    this.#armed = false;
    await this.#ask('disarm', {});
  }

  async #ask(kind: 'arm' | 'disarm', more: object): Promise<void> {
    const answered = this.answer(kind);
    this.#thread.postMessage({ kind, ...more });
    await answered;
  }
}

/** `path:line:column`, relative to the working directory, as the address of its file. */
function urlOf(source: string | undefined): string | undefined {
  const path = /^(.*):\d+:\d+$/.exec(source ?? '')?.[1];
  return path === undefined ? undefined : pathToFileURL(resolve(path)).href;
}
