/** Commands that leave something behind on the server's side of a connection. */
const STATEFUL = new Set(
  (
    'SELECT CLIENT HELLO AUTH SUBSCRIBE PSUBSCRIBE SSUBSCRIBE MONITOR ASKING READONLY READWRITE RESET QUIT ' +
    'SCRIPT SYNC PSYNC REPLCONF'
  ).split(' '),
);

const TRANSACTIONAL = new Set(['WATCH', 'UNWATCH', 'MULTI', 'EXEC', 'DISCARD']);

/** Commands that a client sends by itself when it connects; they pass without being a step. */
const HANDSHAKE = new Set(['HELLO', 'AUTH', 'CLIENT', 'INFO', 'SELECT', 'READONLY']);

/** May this command belong to the handshake of a client? @param name - in upper case */
export function isHandshake(name: string): boolean {
  return HANDSHAKE.has(name);
}

/** Does this command change what the server remembers of its connection, or end it? @param name - in upper case */
export function isStateful(name: string): boolean {
  return STATEFUL.has(name) || TRANSACTIONAL.has(name);
}

/**
 * What the server may remember of one connection, judged by the commands sent on it: enough to tell whether it is
 * still like a new one.
 */
export class ConnectionState {
  #changed = false;
  #watching = false;
  #transaction = false;

  /** Takes note of a command. @param name - in upper case */
  note(name: string): void {
    switch (name) {
      case 'WATCH':
        this.#watching = true;
        break;
      case 'UNWATCH':
        // Inside MULTI it is only queued.
        if (!this.#transaction) this.#watching = false;
        break;
      case 'MULTI':
        this.#transaction = true;
        break;
      case 'EXEC':
      case 'DISCARD':
        // Without MULTI both are errors that clear nothing.
        if (this.#transaction) this.#watching = false;
        this.#transaction = false;
        break;
      default:
        if (STATEFUL.has(name)) this.#changed = true;
    }
  }

  /** True when the server remembers nothing that a new connection would not have. */
  get fresh(): boolean {
    return !this.#changed && !this.#watching && !this.#transaction;
  }
}
