import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Engine } from './engine.js';
import { processStat } from './process-stat.js';

/** What must not outlive this process. */
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
  /** A server of somebody else's that was lent empty and is to be empty again. */
  readonly flush?: { readonly host: string; readonly port: number };
}

/** A claim on the reaper: what it says last is what is removed when this process is gone. */
export interface Lease {
  /** Adds to what must be removed. */
  add(belongings: Belongings): void;
  /** Everything was removed by its owner. */
  release(): void;
}

const SCRIPT = fileURLToPath(new URL('./reaper.mjs', import.meta.url));

/**
 * One per process: keeps the detached `reaper.mjs` running that removes servers, containers and directories when this
 * process ends in any way, `kill -9` included. Never keeps this process alive itself.
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
    const key = Symbol.for('redis-race-lab.reaper');
    return (global[key] ??= new Reaper());
  }

  /** Starts the reaper's process if need be and opens a lease; call it before the thing to be removed exists. */
  lease(): Lease {
    const id = randomUUID();
    let belongings: Belongings = {};
    return {
      add: (more) => {
        belongings = { ...belongings, ...more };
        const { pid, engine, created, ...rest } = belongings;
        const line = {
          id,
          ...rest,
          ...(pid === undefined ? {} : { pid, started: startTime(pid) }),
          ...(engine ? { engine: { options: engine.options, tls: engine.tls, created } } : {}),
        };
        this.#lines.set(id, { line, belongings });
        this.#say(line);
      },
      release: () => {
        if (this.#lines.delete(id)) this.#say({ id, gone: true });
      },
    };
  }

  #say(line: object): void {
    if (this.#child) this.#child.stdin?.write(`${JSON.stringify(line)}\n`);
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
      if (this.#lines.size > 0 && this.#restarts++ < 5) this.#start();
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
      if (belongings.container || belongings.flush) {
        distant.push(line);
        continue;
      }
      if (belongings.pid !== undefined) killHard(belongings.pid);
      if (belongings.dir) rmSync(belongings.dir, { recursive: true, force: true });
    }
    if (distant.length > 0) {
      const input = `${distant.map((line) => JSON.stringify(line)).join('\n')}\n`;
      spawnSync(process.execPath, [SCRIPT], { input, stdio: ['pipe', 'ignore', 'ignore'], timeout: 15_000 });
    }
  }
}

/** SIGKILL, also to a process that is already gone. */
export function killHard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

/** When a process started, in the kernel's ticks: process ids are reused, the pair is not. */
function startTime(pid: number): string | undefined {
  try {
    return processStat(pid)[19];
  } catch {
    return undefined;
  }
}
