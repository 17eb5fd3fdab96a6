import { happenIn } from '../../base/flow.js';
import { clipped } from '../../base/text.js';
import type { HeldCommand } from '../../wire/gate/held-command.js';
import type { Arrival } from '../../wire/gate/arrivals.js';
import type { Link } from '../../wire/gate/link.js';
import { decodeReply, printable } from '../../wire/resp.js';
import { isMessage } from '../../wire/upstream/pushed.js';
import type { Upstream } from '../../wire/upstream/upstream.js';
import type { Stage } from '../stage/stage.js';
import type { PendingEvent } from '../steps/event.js';

/** Commands that are answered once for every channel, by frames that look like those of messages. */
const SUBSCRIPTIONS = new Set(
  'SUBSCRIBE PSUBSCRIBE SSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE'.split(' '),
);
/** Those that count apart. */
const SHARDED = new Set(['SSUBSCRIBE', 'SUNSUBSCRIBE']);
/** Channels, or patterns of such, on which the server says itself that a key has expired. */
const NOTIFICATIONS = /^(__key|_{0,2}[*?[])/;
const LABEL_MAX = 80;

/** Does this command begin or end a subscription? @internal */
export function isSubscription(name: string): boolean {
  return SUBSCRIPTIONS.has(name);
}

/**
 * Begins or ends subscriptions. From then on what the server pushes on this connection waits, and each message arrives
 * at the client as a step of its own.
 *
 * @returns every confirmation, in one piece
 * @throws ServerGoneError
 * @internal
 */
export async function sendSubscription(
  stage: Stage,
  link: Link,
  { frame, name, args }: HeldCommand,
): Promise<Buffer> {
  stage.hearsExpiry ||= args.some((arg) => NOTIFICATIONS.test(arg.toString('latin1')));
  const upstream = listen(stage, link);
  const frames = await upstream.gather(frame);
  link.inbox.put(frames.filter(isMessage));
  const answers = frames.filter((answer) => !isMessage(answer));
  const last = answers.at(-1);
  const count = last === undefined ? undefined : (decodeReply(last) as unknown[])[2];
  // What cannot be told may be anything.
  link.inbox.subscribed(SHARDED.has(name) ? 'shards' : 'channels', typeof count === 'number' ? count : 1);
  return Buffer.concat(answers);
}

/** Keeps what the server pushes on a connection, as after CLIENT TRACKING ON. @internal */
export function listen(stage: Stage, link: Link): Upstream {
  const upstream = link.upstream!;
  upstream.listening = true;
  upstream.onPush = (pushed) => link.inbox.put([pushed]);
  stage.listening.add(link);
  return upstream;
}

/**
 * Asks what the server has pushed by now. It writes messages while it runs the command that causes them, so the answer
 * to a PING on the same connection comes after them: no clock decides what is there.
 *
 * @internal
 */
export async function collectMessages(stage: Stage): Promise<void> {
  for (const link of stage.listening) {
    const { upstream } = link;
    if (link.phase !== 'open' || upstream === undefined) {
      stage.listening.delete(link);
      continue;
    }
    // A connection that is lost meanwhile says so elsewhere.
    const frames = await upstream.gather().catch(() => []);
    link.inbox.put(frames);
    for (const { frame, nth } of link.inbox.takeAll()) {
      link.arrivals.hold(
        () => {
          if (link.isOpen) happenIn(link.client.flow, () => link.stream.deliver(frame));
        },
        (arrival) => stage.pending.push(message(stage, link, frame, nth, arrival)),
      );
    }
  }
}

/** The arrival of a message; those behind it on its connection come after it. */
function message(stage: Stage, link: Link, frame: Buffer, nth: number, arrival: Arrival): PendingEvent {
  return {
    worker: link.client.flow.worker,
    seq: stage.nextSeq(),
    id: messageId(link, nth),
    label: describe(frame),
    ordinary: true,
    arrivesOn: link,
    private: !link.client.shared,
    obsolete: () => link.phase !== 'open' || !arrival.due(),
    perform: async () => arrival.arrive(),
  };
}

/** The name of the arrival of what was pushed on a connection. @param nth - among all that was pushed there @internal */
export function messageId(link: Link, nth: number): string {
  return `${link.client.name}.${link.id}.message${nth}`;
}

/** `message on news: hello arrives`. */
function describe(frame: Buffer): string {
  const reply = decodeReply(frame);
  const [kind, ...rest] = Array.isArray(reply) ? (reply as unknown[]) : [reply];
  const text = rest.map((part) => (typeof part === 'string' ? part : JSON.stringify(part)));
  const body = text.pop() ?? '';
  const channels = text.length > 0 ? ` on ${text.join(' ')}` : '';
  const line = printable(Buffer.from(`${String(kind)}${channels}: ${body}`));
  return `${clipped(line, LABEL_MAX)} arrives`;
}
