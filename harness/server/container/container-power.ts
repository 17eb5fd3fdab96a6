import type { Container } from 'dockerode';
import { ServerError, messageOf } from '../errors.js';
import { sleep } from '../machine/sleep.js';
import { START_LIMIT_MS } from '../place.js';
import type { ServerPower } from '../power.js';
import { answering } from '../probe/answering.js';
import { Probe } from '../probe/probe.js';
import type { Endpoint } from '../types.js';
import { unless } from './docker-status.js';
import { firstToAnswer } from './first-to-answer.js';
import { LocalProcess } from './local-process.js';

/** What the engine says when the container is already as it should be. */
const ALREADY = new Set([304, 409]);
const PAUSE_MS = 2;

/**
 * Power over a container: its only process is the server, so signals to the one reach the other. Where that process can
 * be found among those of this kernel, the signals go to it directly, and it crashes and starts again in its place: an
 * engine takes ten times as long to make a container anew. Else the engine does all of it. The server is halted by a
 * signal and not by the engine's pause, which freezes a control group and, on a busy machine, may fail to.
 *
 * @internal
 */
export class ContainerPower implements ServerPower {
  readonly #container: Container;
  readonly #endpoint: Endpoint;
  readonly #mounted: string | undefined;
  #restarts = 0;
  #found: Promise<LocalProcess | undefined> | undefined;
  /** The one that crashed and can start again by itself. */
  #crashed: LocalProcess | undefined;

  /**
   * @param endpoint - where it answers, also after a restart
   * @param mounted - a part of the path of what only this container has mounted; undefined where that is nothing
   */
  constructor(container: Container, endpoint: Endpoint, mounted: string | undefined) {
    this.#container = container;
    this.#endpoint = endpoint;
    this.#mounted = mounted;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** How the server ended, where its container goes on without it. */
  get ended(): string | undefined {
    return this.#crashed === undefined ? undefined : 'the server in the container was killed (SIGKILL)';
  }

  async kill(): Promise<void> {
    if (this.#crashed !== undefined) return;
    const server = await this.#local();
    if ((await server?.crash()) === true) {
      this.#crashed = server;
      return;
    }
    const gone = this.#container.wait({ condition: 'not-running' });
    await unless(ALREADY, this.#container.kill({ signal: 'SIGKILL' }));
    await gone;
    // The engine takes back what it published a little later than the server ends.
    while (await Probe.listens(this.#endpoint)) await sleep(PAUSE_MS);
  }

  async start(): Promise<void> {
    this.#restarts += 1;
    try {
      if (this.#crashed === undefined) await this.#startContainer();
      else await this.#recover(this.#crashed);
    } catch (error) {
      throw new ServerError('start-failed', `the container did not start again: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  async pause(): Promise<void> {
    await this.#signal('SIGSTOP');
  }

  async resume(): Promise<void> {
    await this.#signal('SIGCONT');
  }

  async #startContainer(): Promise<void> {
    this.#found = undefined;
    await unless(ALREADY, this.#container.start());
    await firstToAnswer(this.#container, [this.#endpoint]);
  }

  async #recover(server: LocalProcess): Promise<void> {
    server.recover();
    const ended = (): Error | undefined => (server.alive ? undefined : new Error('its server has ended'));
    (await answering(this.#endpoint, ended, START_LIMIT_MS)).close();
    this.#crashed = undefined;
  }

  async #signal(name: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    const server = await this.#local();
    if (server === undefined) await this.#container.kill({ signal: name });
    else server.signal(name);
  }

  /** The server as a process of this kernel; undefined where it cannot be found. */
  async #local(): Promise<LocalProcess | undefined> {
    const mounted = this.#mounted;
    if (mounted === undefined) return undefined;
    this.#found ??= this.#container.inspect().then(
      ({ State: state }) => LocalProcess.of(state.Pid, mounted, this.#endpoint),
      () => undefined,
    );
    const server = await this.#found;
    return server?.known === true ? server : undefined;
  }
}
