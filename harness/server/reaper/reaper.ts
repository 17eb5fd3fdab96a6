import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../engine/engine.js';
import { startTime } from '../machine/process-stat.js';
import { killHard } from '../machine/signals.js';
import type { Lent } from './lent.mjs';

/** What must not outlive this process. @internal */
export interface Belongings {
  /** A temporary directory, with its links resolved. */
  readonly dir?: string;
  /** A server process started by this process. */
  readonly pid?: number;
  /** The name of a container, known before it is created. */
  readonly container?: string;
  /** Where that container's engine is. */
  readonly engine?: Engine;
  /** The engine has said that the container exists. */
  readonly created?: boolean;
  /** A server of somebody else's that was lent, and is to be as it was. */
  readonly lent?: Lent;
}

/**
 * A claim on the reaper: what was added to it is removed when this process is gone, unless it was released.
 *
 * @internal
 */
export interface Lease {
  /** Adds to what must be removed; a later value of the same field replaces the earlier one. */
  add(belongings: Belongings): void;
  /** Takes all of it off the list: its owner has removed it. */
  release(): void;
}

/** How often a reaper that was killed is replaced. */
const RESTARTS_MAX = 5;

/** Real ms that this process waits at its end for a server to become what it was. */
const LENT_LIMIT_MS = 3000;

const SCRIPT = fileURLToPath(new URL('./reaper.mjs', import.meta.url));

/** What `reaper.mjs` is told of things to be removed. */
function described({ pid, engine, created, ...rest }: Belongings): object {
  return {
    ...rest,
    ...(pid === undefined ? {} : { pid, started: startTime(pid) }),
    ...(engine === undefined ? {} : { engine: { options: engine.options, tls: engine.tls, created } }),
  };
}

/**
 * One per process: keeps the detached `reaper.mjs` running that removes servers, containers and directories when this
 * process ends in any way, `kill -9` included. Never keeps this process alive itself.
 *
 * @internal
 */
export class Reaper {
  readonly #lines = new Map<string, { line: object; belongings: Belongings }>();
  #child: ChildProcess | undefined;
  #restarts = 0;

  private constructor() {
    process.on('exit', () => this.#atExit());
  }

  /** The reaper of this process, the same one for every copy of this module that is loaded. */
  static get(): Reaper {
    const global = globalThis as { [key: symbol]: Reaper | undefined };
    return (global[Symbol.for('redis-race-lab.reaper')] ??= new Reaper());
  }

  /**
   * Opens a lease. The first thing that is added to it starts the reaper's process, where none runs. Add a thing before it
   * exists, so that there is no moment in which nobody would remove it.
   */
  lease(): Lease {
    const id = randomUUID();
    let belongings: Belongings = {};
    return {
      add: (more) => {
        belongings = { ...belongings, ...more };
        const line = { id, ...described(belongings) };
        this.#lines.set(id, { line, belongings });
        this.#say(line);
      },
      release: () => {
        if (this.#lines.delete(id)) this.#say({ id, gone: true });
      },
    };
  }

  #say(line: object): void {
    if (this.#child !== undefined) this.#child.stdin?.write(`${JSON.stringify(line)}\n`);
    else if (this.#lines.size > 0) this.#start();
  }

  /** Starts the process and tells it everything there is. */
  #start(): void {
    // Without it a crash would leave servers behind, and nobody would notice until then.
    if (!existsSync(SCRIPT)) throw new Error(`${SCRIPT} is missing: this installation is incomplete`);
    // NODE_OPTIONS may load things (loaders, inspectors) that have no place there. `detached` gives it its own session,
    // so that neither Ctrl-C nor a closing terminal reaches it.
    const { NODE_OPTIONS: _, ...env } = process.env;
    const stdio = ['pipe', 'ignore', 'ignore'] as const;
    const child = spawn(process.execPath, [SCRIPT], { detached: true, stdio: [...stdio], cwd: '/', env });
    this.#child = child;
    const ended = (): void => {
      if (this.#child !== child) return;
      this.#child = undefined;
      // Somebody killed it. More than a few times is no accident, and not worth a process every moment.
      if (this.#lines.size > 0 && this.#restarts++ < RESTARTS_MAX) this.#start();
    };
    child.once('error', ended);
    child.once('exit', ended);
    child.stdin?.on('error', () => {});
    for (const { line } of this.#lines.values()) child.stdin?.write(`${JSON.stringify(line)}\n`);
    // Neither the child nor the pipe, which the types know only as a stream, may keep this process alive.
    child.unref();
    (child.stdin as unknown as { unref(): void }).unref();
  }

  /** What can be done without waiting is done right here, so that nothing is left when the caller sees us exit. */
  #atExit(): void {
    const distant: object[] = [];
    for (const { line, belongings } of this.#lines.values()) {
      if (belongings.container !== undefined || belongings.lent !== undefined) {
        // The other reaper has more time, and begins when this process is gone.
        distant.push({ ...line, limitMs: LENT_LIMIT_MS });
        continue;
      }
      if (belongings.pid !== undefined) killHard(belongings.pid);
      if (belongings.dir !== undefined) rmSync(belongings.dir, { recursive: true, force: true });
    }
    if (distant.length > 0) {
      const input = `${distant.map((line) => JSON.stringify(line)).join('\n')}\n`;
      spawnSync(process.execPath, [SCRIPT], { input, stdio: ['pipe', 'ignore', 'ignore'], timeout: 15_000 });
    }
  }
}
