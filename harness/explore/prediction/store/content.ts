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
  const asked = resources.map(async (resource): Promise<readonly [string, Content | undefined]> => {
    const name = Buffer.from(resource.slice(resource.indexOf(':') + 1), 'latin1');
    const [dump, left] = await Promise.all([
      upstream.request(encodeCommand(['DUMP', name])),
      upstream.request(encodeCommand([question.command, name])),
    ]);
    // Nil, in either protocol; an error tells nothing.
    if (dump[0] !== BULK || dump[1] === MINUS) return [resource, dump[0] === ERROR ? undefined : ''];
    if (dump.length > CONTENT_MAX) return [resource, undefined];
    const answer = Number(left.toString('latin1', 1, left.length - 2));
    const deadline = answer >= 0 ? `${question.deadlineMs(answer)}` : '';
    return [resource, `${deadline} ${dump.toString('latin1')}`];
  });
  const contents = await Promise.all(asked);
  return contents.every((one): one is readonly [string, Content] => one[1] !== undefined)
    ? contents
    : undefined;
}

const [BULK, MINUS, ERROR] = ['$', '-', '-'].map((one) => one.charCodeAt(0)) as [number, number, number];

/** What RESTORE takes of it. @internal */
export function payloadOf(content: Content): Buffer {
  const bulk = content.slice(content.indexOf(' ') + 1);
  const from = bulk.indexOf('\r\n') + 2;
  return Buffer.from(bulk.slice(from, -2), 'latin1');
}
