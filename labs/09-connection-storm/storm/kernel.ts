/** What Linux tells of its accept queues. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** Counters of this network namespace, since it exists. */
export interface ListenCounters {
  /** How often a connection came to a full queue. */
  readonly overflows: number;
  /** How often one was dropped, for whatever reason. */
  readonly drops: number;
}

/** Listening sockets come first in the file, which has a line for every connection: more is never read. */
const HEAD_BYTES = 64 * 1024;
const LISTENING = '0A';

/** Reads `ListenOverflows` and `ListenDrops`. @returns undefined where the system does not tell */
export function readCounters(): ListenCounters | undefined {
  return parseCounters(readable('/proc/net/netstat') ?? '');
}

/** @param text - of `/proc/net/netstat`: a line of names, and a line of numbers below it */
export function parseCounters(text: string): ListenCounters | undefined {
  const [names, numbers] = text
    .split('\n')
    .filter((line) => line.startsWith('TcpExt:'))
    .map((line) => line.split(' '));
  const of = (name: string): number => Number(numbers?.[names?.indexOf(name) ?? -1] ?? Number.NaN);
  const counters = { overflows: of('ListenOverflows'), drops: of('ListenDrops') };
  return Number.isNaN(counters.overflows + counters.drops) ? undefined : counters;
}

/** How many connections wait to be accepted at a port. @returns undefined where the system does not tell */
export function readQueue(port: number): number | undefined {
  const text = head('/proc/net/tcp');
  return text === undefined ? undefined : parseQueue(text, port);
}

/** @param text - of `/proc/net/tcp`, or its beginning */
export function parseQueue(text: string, port: number): number | undefined {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const line of text.split('\n')) {
    const [, local, , state, queues] = line.trim().split(/\s+/);
    if (local?.endsWith(suffix) !== true || state !== LISTENING) continue;
    // Of a listening socket the second number is the length of its queue.
    return Number.parseInt(queues?.split(':')[1] ?? '', 16);
  }
  return undefined;
}

/** How many files this process may have open; undefined where the system does not tell. */
export function openFilesLimit(): number | undefined {
  const found = /^Max open files\s+(\d+)/m.exec(readable('/proc/self/limits') ?? '')?.[1];
  return found === undefined ? undefined : Number(found);
}

/** The largest backlog that the system grants; undefined where it does not tell. */
export function backlogLimit(): number | undefined {
  const text = readable('/proc/sys/net/core/somaxconn');
  return text === undefined ? undefined : Number(text);
}

function readable(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function head(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const buffer = Buffer.alloc(HEAD_BYTES);
    return buffer.toString('latin1', 0, readSync(file, buffer, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(file);
  }
}
