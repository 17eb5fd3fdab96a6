import { createConnection, type Socket } from 'node:net';
import { clipped } from '../../base/text.js';
import type { Endpoint } from '../types.js';
import { isOwn, noteOwn } from '../probe/own-ports.js';

/** A command that somebody else sent, and that may have written. @internal */
export interface ForeignWrite {
  /** Where from, as the server says it. */
  readonly from: string;
  /** Its words, as MONITOR writes them, cut. */
  readonly words: string;
}

/** `+1700000000.123456 [0 127.0.0.1:50000] "SET" "k" "v"` */
const LINE = /^\+[\d.]+ \[\d+ ([^\]]*)\] "([^"]*)"(.*)$/s;
/** What runs inside of a script is told of the script, too. */
const SCRIPT = 'lua';
/** They may write. */
const SCRIPTS = new Set(['eval', 'evalsha', 'fcall']);
const WORDS_MAX = 120;
const KEPT_MAX = 10;

/**
 * Watches a server that is somebody else's for commands that are not the lab's and write: MONITOR says who sent what, in
 * the order in which the server ran it.
 *
 * @internal
 */
export class ForeignWrites {
  readonly #socket: Socket;
  readonly #writing: ReadonlySet<string>;
  readonly #found: ForeignWrite[] = [];
  readonly #marks = new Map<string, () => void>();
  #failed: ((error: Error) => void)[] = [];
  #rest: Buffer[] = [];
  #lost: Error | undefined;

  private constructor(socket: Socket, writing: ReadonlySet<string>) {
    this.#socket = socket;
    this.#writing = writing;
    socket.unref();
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(new Error('the connection was closed')));
  }

  /**
   * Begins to watch.
   *
   * @param writing - names of commands that write, in lower case
   * @throws Error when the server cannot be watched
   */
  static open(endpoint: Endpoint, writing: ReadonlySet<string>): Promise<ForeignWrites> {
    return new Promise((resolve, reject) => {
      const socket = createConnection({ ...endpoint });
      noteOwn(socket);
      socket.once('error', reject);
      socket.once('connect', () => socket.write('*1\r\n$7\r\nMONITOR\r\n'));
      socket.once('data', (chunk: Buffer) => {
        socket.off('error', reject);
        const said = chunk.toString('latin1');
        if (said.startsWith('+OK')) resolve(new ForeignWrites(socket, writing));
        else reject(new Error(said.slice(1).trim()));
      });
    });
  }

  /** What was seen so far; nothing when nobody else wrote. */
  get found(): readonly ForeignWrite[] {
    return this.#found;
  }

  /** Resolves when everything that the server ran before this mark was seen. @throws Error when the watch is lost */
  seen(mark: string): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== undefined) reject(this.#lost);
      else {
        this.#marks.set(mark, resolve);
        this.#failed.push(reject);
      }
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#rest.push(chunk);
    if (!chunk.includes(10)) return;
    const lines = Buffer.concat(this.#rest).toString('latin1').split('\r\n');
    this.#rest = [Buffer.from(lines.pop()!, 'latin1')];
    for (const line of lines) this.#line(line);
  }

  #line(line: string): void {
    const [, from = '', name = '', words = ''] = LINE.exec(line) ?? [];
    if (from === SCRIPT) return;
    const command = name.toLowerCase();
    if (isOwn(from)) {
      if (command === 'echo') this.#mark(words.trim().slice(1, -1));
      return;
    }
    if (!this.#writing.has(command) && !SCRIPTS.has(command)) return;
    const text = `${name.toUpperCase()}${words.replaceAll(/ "([\w:.-]+)"/g, ' $1')}`;
    this.#found.push({ from, words: clipped(text, WORDS_MAX) });
    if (this.#found.length > KEPT_MAX) this.#found.pop();
  }

  #mark(mark: string): void {
    const seen = this.#marks.get(mark);
    if (seen === undefined) return;
    this.#marks.delete(mark);
    this.#failed = [];
    seen();
  }

  #end(error: Error): void {
    this.#lost ??= error;
    for (const reject of this.#failed.splice(0)) reject(this.#lost);
  }
}
