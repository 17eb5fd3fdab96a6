import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { actFor } from '../../base/acting.js';
import { runInFlow, type Flow } from '../../base/flow.js';

/**
 * The idle timeout of a socket, in the flow's own time. The timer exists only while somebody listens for it, since
 * a timer that nobody notices would be a choice without a difference.
 *
 * @internal
 */
export class IdleTimer {
  readonly #socket: Duplex;
  readonly #flow: Flow | undefined;
  #timer: NodeJS.Timeout | undefined;
  #idleMs = 0;

  /** @param flow - whose timer it is; left out, it belongs to the flow that sets it */
  constructor(socket: Duplex, flow?: Flow) {
    this.#socket = socket;
    this.#flow = flow;
    socket.on('newListener', (event) => {
      if (event === 'timeout' && this.#timer === undefined) this.#start();
    });
    // Sockets do not emit `removeListener` in every version of Node.
    for (const name of ['removeListener', 'off', 'removeAllListeners'] as const) {
      const method = socket[name] as (...args: unknown[]) => Duplex;
      const replacement = (...args: unknown[]): Duplex => {
        method.apply(socket, args);
        if (socket.listenerCount('timeout') === 0) this.#stop();
        return socket;
      };
      Object.defineProperty(socket, name, { value: replacement, configurable: true, writable: true });
    }
  }

  /** Changes the timeout; 0 for none. */
  set(idleMs: number): void {
    this.#idleMs = idleMs;
    this.#stop();
    if (this.#socket.listenerCount('timeout') > 0) this.#start();
  }

  /** There was traffic: the timeout is counted from here, also when it is over already. */
  touch(): void {
    this.#timer?.refresh();
  }

  #start(): void {
    if (this.#idleMs === 0) return;
    const start = (): NodeJS.Timeout =>
      actFor(this.#socket, () => setTimeout(() => this.#socket.emit('timeout'), this.#idleMs));
    this.#timer = this.#flow === undefined ? start() : runInFlow(this.#flow, start);
  }

  #stop(): void {
    const timer = this.#timer;
    this.#timer = undefined;
    if (timer !== undefined) clearTimeout(timer);
  }
}

/** What `setTimeout` of a socket does, with that timer. @param idleMs - 0 for no timeout @internal */
export function setIdleTimeout(
  socket: Duplex,
  idle: IdleTimer,
  idleMs: number,
  callback: (() => void) | undefined,
): void {
  (socket as { timeout?: number }).timeout = idleMs;
  if (callback !== undefined) {
    if (idleMs === 0) socket.removeListener('timeout', callback);
    else socket.once('timeout', callback);
  }
  idle.set(idleMs);
}

/** Puts a real socket's own `setTimeout` on that timer. @internal */
export function replaceSetTimeout(socket: Socket, idle: IdleTimer): void {
  socket.setTimeout = (idleMs: number, callback?: () => void) => {
    setIdleTimeout(socket, idle, idleMs, callback);
    return socket;
  };
}
