import type { Socket } from 'node:net';
import { runInFlow, type Flow } from '../flow.js';

/**
 * The idle timeout of a socket, in the flow's own time. The timer exists only while somebody listens for it, since
 * a timer that nobody notices would be a choice without a difference.
 */
export class IdleTimer {
  readonly #socket: Socket;
  readonly #flow: Flow;
  #timer: NodeJS.Timeout | undefined;
  #idleMs = 0;

  constructor(socket: Socket, flow: Flow) {
    this.#socket = socket;
    this.#flow = flow;
    socket.on('newListener', (event) => {
      if (event === 'timeout' && this.#timer === undefined) this.#start();
    });
    // Sockets do not emit `removeListener` in every version of Node.
    for (const name of ['removeListener', 'off', 'removeAllListeners'] as const) {
      const method = socket[name] as (...args: unknown[]) => Socket;
      const replacement = (...args: unknown[]): Socket => {
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
    this.#timer = runInFlow(this.#flow, () => setTimeout(() => this.#socket.emit('timeout'), this.#idleMs));
  }

  #stop(): void {
    const timer = this.#timer;
    this.#timer = undefined;
    if (timer !== undefined) clearTimeout(timer);
  }
}

/** Puts a socket's own `setTimeout` on that timer. */
export function replaceSetTimeout(socket: Socket, idle: IdleTimer): void {
  socket.setTimeout = (idleMs: number, callback?: () => void) => {
    (socket as { timeout?: number }).timeout = idleMs;
    if (callback !== undefined) {
      if (idleMs === 0) socket.removeListener('timeout', callback);
      else socket.once('timeout', callback);
    }
    idle.set(idleMs);
    return socket;
  };
}
