import type { Duplex } from 'node:stream';
import { happenIn, type Flow } from '../../base/flow.js';
import { connectionReset } from '../entries/socket-errors.js';
import { HttpEnd } from './http-end.js';
import { firstLine, type HttpMessage } from './first-line.js';

/** Which way something goes. @internal */
export type Direction = 'to server' | 'to client';

/** Who serves the connections of a service. @internal */
export interface HttpServing {
  /** Whose code it is. */
  readonly flow: Flow;
  /** Takes a new connection. */
  accept(end: Duplex): void;
}

/** What a connection asks of its execution. @internal */
export interface HttpNetwork {
  /** Something is on its way that nobody has been told of yet. */
  onTheWay(segment: HttpSegment): void;
  /** May what is written now go with this, or has it been seen by those who choose? */
  isOpenFor(segment: HttpSegment): boolean;
  /** Number of the next request of a flow, from 1. */
  nextRequest(flow: Flow): number;
}

/**
 * What one side has written by the time that nothing can move: it arrives as one. With the end of the connection, where
 * that came right after it.
 *
 * @internal
 */
export class HttpSegment {
  readonly chunks: Buffer[] = [];
  end: 'FIN' | 'RST' | undefined = undefined;
  /** The request that begins in it, or that is answered from here on. */
  message: HttpMessage | undefined = undefined;
  /** Something keeps it back: it has not come to the kernel of the other side yet. */
  late = false;

  constructor(
    readonly connection: HttpConnection,
    readonly direction: Direction,
    /** Its place among those of its direction, from 1. */
    readonly nth: number,
  ) {}

  /** Can it arrive? Not before what was sent earlier, nor where nobody is any more. */
  get isDue(): boolean {
    return this.connection.isNext(this);
  }

  /** Whom it reaches. */
  get receiver(): Flow {
    return this.direction === 'to client' ? this.connection.clientFlow : this.connection.serving.flow;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }
}

/** The two ends of an HTTP connection within this process, and what is on its way between them. @internal */
export class HttpConnection {
  readonly client: HttpEnd;
  readonly server: HttpEnd;
  readonly #onTheWay: Record<Direction, HttpSegment[]> = { 'to server': [], 'to client': [] };
  readonly #sent: Record<Direction, number> = { 'to server': 0, 'to client': 0 };
  #request: HttpMessage | undefined;
  /** The last request of which something was answered. */
  #answered: HttpMessage | undefined;
  #accepted = false;
  #resets = false;
  /** The client has broken off, and the server does not know. */
  #abandoned = false;
  /** Something else than its ends puts an end to it: these have nothing to say any more. */
  #cut = false;

  constructor(
    /** `w1.http1`: the same in every execution. */
    readonly name: string,
    readonly clientFlow: Flow,
    readonly serving: HttpServing,
    readonly network: HttpNetwork,
  ) {
    this.client = this.#end('to server');
    this.server = this.#end('to client');
  }

  /** What it is about: the last request that was sent on it. */
  get request(): HttpMessage | undefined {
    return this.#request;
  }

  /** The request of which the client has heard nothing yet, and still waits to; undefined where there is none. */
  get awaited(): HttpMessage | undefined {
    return this.client.destroyed || this.#answered === this.#request ? undefined : this.#request;
  }

  /** Is this what arrives next in its direction, and is somebody there? */
  isNext(segment: HttpSegment): boolean {
    return this.#onTheWay[segment.direction][0] === segment && !this.#endOf(segment.direction).destroyed;
  }

  /** It arrives. */
  arrive(segment: HttpSegment): void {
    this.#onTheWay[segment.direction].shift();
    if (segment.direction === 'to client') this.#answered = segment.message ?? this.#answered;
    const end = this.#reached(segment.direction);
    happenIn(segment.receiver, () => {
      if (segment.chunks.length > 0) end.deliver(segment.bytes);
      if (segment.end === 'FIN') end.remoteEnd();
      else if (segment.end === 'RST') end.destroy(connectionReset());
    });
  }

  /** Something between the two resets the connection: both read ECONNRESET, and what was on its way is lost. */
  reset(): void {
    this.#lose();
    this.#cut = true;
    this.#tell('to client', (end) => end.destroy(connectionReset()));
    this.#tell('to server', (end) => end.destroy(connectionReset()));
  }

  /** Something between the two closes the connection: both read the end, and what was on its way is lost. */
  close(): void {
    this.#lose();
    this.#cut = true;
    this.#tell('to server', (end) => end.remoteEnd());
    this.#tell('to client', (end) => end.remoteEnd());
  }

  /** The client gets the first bytes of what was on its way to it, never the whole, and the rest is lost. */
  truncate(segment: HttpSegment, bytes: number): void {
    const whole = segment.bytes;
    this.#lose();
    const part = whole.subarray(0, Math.min(bytes, whole.length - 1));
    if (part.length > 0) this.#tell('to client', (end) => end.deliver(part));
  }

  /** The client reads ECONNRESET, while what it has sent is still on its way. */
  abandonClient(): void {
    this.#cut = true;
    this.#abandoned = true;
    this.#onTheWay['to client'].length = 0;
    this.#tell('to client', (end) => end.destroy(connectionReset()));
  }

  /** Nothing gets through any more, in either direction, and neither side is told. */
  silence(): void {
    this.#lose();
    this.#cut = true;
  }

  /** The process on one side died: its kernel closes for it. */
  died(flow: Flow): void {
    const direction = flow === this.clientFlow ? 'to server' : 'to client';
    if (this.#cut || this.#endOf(opposite(direction)).destroyed) return;
    this.#closes(direction);
    this.#cut = true;
  }

  #end(outgoing: Direction): HttpEnd {
    return new HttpEnd({
      receive: (chunk) => this.#sends(outgoing, chunk),
      resets: () => (this.#resets = true),
      clientClosed: () => this.#closes(outgoing),
    });
  }

  /** The end that something reaches which goes this way. */
  #endOf(direction: Direction): HttpEnd {
    return direction === 'to server' ? this.server : this.client;
  }

  /** The same, ready to take it. */
  #reached(direction: Direction): HttpEnd {
    if (direction === 'to server' && !this.#accepted) {
      this.#accepted = true;
      happenIn(this.serving.flow, () => this.serving.accept(this.server));
    }
    return this.#endOf(direction);
  }

  #tell(direction: Direction, effect: (end: HttpEnd) => void): void {
    const end = this.#endOf(direction);
    // A server that has never heard of it has nothing to notice.
    if (end.destroyed || (direction === 'to server' && !this.#accepted)) return;
    happenIn(direction === 'to server' ? this.serving.flow : this.clientFlow, () => effect(end));
  }

  #sends(direction: Direction, chunk: Buffer): void {
    if (this.#abandoned && direction === 'to client') this.#answersNobody();
    if (this.#cut) return;
    const segment = this.#segment(direction);
    segment.chunks.push(chunk);
    if (direction === 'to client') segment.message ??= this.#request;
    else {
      const line = firstLine(chunk);
      if (line === undefined) return;
      this.#request = { ...line, nth: this.network.nextRequest(this.clientFlow) };
      segment.message ??= this.#request;
    }
  }

  /** Where nobody is any more, a kernel answers by RST. */
  #answersNobody(): void {
    this.#abandoned = false;
    this.#announce('to server').end = 'RST';
  }

  /**
   * One end is closed. As a kernel does it: by FIN, or by RST where something has come that nobody reads any more, since
   * whoever sent it is to know that it was in vain.
   */
  #closes(direction: Direction): void {
    const unread = this.#onTheWay[opposite(direction)].some(({ chunks, late }) => chunks.length > 0 && !late);
    this.#onTheWay[opposite(direction)].length = 0;
    if (this.#cut || this.#endOf(direction).destroyed) return;
    if (this.#resets || unread) this.#announce(direction).end = 'RST';
    else this.#segment(direction).end = 'FIN';
  }

  /** Where what is written now belongs. */
  #segment(direction: Direction): HttpSegment {
    const last = this.#onTheWay[direction].at(-1);
    const open = last !== undefined && last.end === undefined && this.network.isOpenFor(last);
    return open ? last : this.#announce(direction);
  }

  #announce(direction: Direction): HttpSegment {
    const segment = new HttpSegment(this, direction, (this.#sent[direction] += 1));
    this.#onTheWay[direction].push(segment);
    this.network.onTheWay(segment);
    return segment;
  }

  #lose(): void {
    this.#onTheWay['to server'].length = 0;
    this.#onTheWay['to client'].length = 0;
  }
}

function opposite(direction: Direction): Direction {
  return direction === 'to server' ? 'to client' : 'to server';
}
