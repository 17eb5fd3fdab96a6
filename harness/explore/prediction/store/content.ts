import type { DeadlineQuestion } from '../../../server-clock/server-clock.js';
import { encodeCommand, type Control } from '../../../wire/upstream/control.js';

/**
 * What a key holds, as text: its DUMP, one character a byte, and its deadline, where it has one; empty where there is no
 * such key. Equal ones are equal for every command.
 *
 * @internal
 */
export type Content = string;

/** Longer ones are not kept. */
const CONTENT_MAX = 2048;
const DEADLINE = /^(\d+) /;

/** When it is gone, in virtual wall-clock ms; undefined where it is there for good. @internal */
export function latin1Deadline(content: Content): number | undefined {
  const found = DEADLINE.exec(content);
  return found === null ? undefined : Number(found[1]);
}

/** Does a command say at which time something is to expire? @internal */
export function isDated(args: readonly string[]): boolean {
  return args.some((arg) => /^(?:EX|PX)AT$/i.test(arg));
}

/** The same with its deadline counted from a moment on. @param wallMs - virtual wall-clock time @internal */
export function countedFrom(content: Content, wallMs: number): Content {
  return content.replace(DEADLINE, (deadline) => `${Number(deadline) - wallMs} `);
}

/** The opposite of `countedFrom`. @internal */
export function countedToDate(content: Content, wallMs: number): Content {
  return content.replace(/^-?\d+ /, (left) => `${Number(left) + wallMs} `);
}

/**
 * Reads what keys of the first database hold.
 *
 * @returns undefined where some of it is too much to keep
 * @throws Error when the server is gone
 * @internal
 */
export async function readContents(
  { upstream }: Control,
  question: DeadlineQuestion,
  resources: readonly string[],
): Promise<(readonly [resource: string, content: Content])[] | undefined> {
  if (resources.length === 0) return [];
  const frames = resources.flatMap((resource) => {
    const name = Buffer.from(resource.slice(resource.indexOf(':') + 1), 'latin1');
    return [encodeCommand(['DUMP', name]), encodeCommand([question.command, name])];
  });
  const replies = await upstream.requests(frames);
  const contents: [resource: string, content: Content][] = [];
  for (const [at, resource] of resources.entries()) {
    const content = contentIn(replies[2 * at]!, replies[2 * at + 1]!, question);
    if (content === undefined) return undefined;
    contents.push([resource, content]);
  }
  return contents;
}

/** @returns undefined where it is too much to keep, or the server said nothing of it */
function contentIn(dump: Buffer, left: Buffer, question: DeadlineQuestion): Content | undefined {
  // Nil, in either protocol; an error tells nothing.
  if (dump[0] !== BULK || dump[1] === MINUS) return dump[0] === ERROR ? undefined : '';
  if (dump.length > CONTENT_MAX) return undefined;
  const answer = Number(left.toString('latin1', 1, left.length - 2));
  const deadline = answer >= 0 ? `${question.deadlineMs(answer)}` : '';
  return `${deadline} ${dump.toString('latin1')}`;
}

const [BULK, MINUS, ERROR] = ['$', '-', '-'].map((one) => one.charCodeAt(0)) as [number, number, number];

/** What RESTORE takes of it. @internal */
export function payloadOf(content: Content): Buffer {
  const bulk = content.slice(content.indexOf(' ') + 1);
  const from = bulk.indexOf('\r\n') + 2;
  return Buffer.from(bulk.slice(from, -2), 'latin1');
}

/** Are its members in an order of the server's own, which depends on how they came there? Sets and hashes may be. @internal */
export function isUnordered(content: Content): boolean {
  return content !== '' && UNORDERED.has(payloadOf(content)[0]!);
}

/** Their types in a DUMP, where they are hash tables. */
const UNORDERED = new Set([2, 4]);

/** Is that what DUMP answers? @internal */
export function isContent(dump: Buffer, content: Content): boolean {
  return dump.toString('latin1') === content.slice(content.indexOf(' ') + 1);
}
