import { happenIn } from '../flow.js';
import type { HeldCommand, Link } from '../wire/link.js';
import { decodeReply, printable } from '../wire/resp.js';
import { isMessage } from '../wire/pushed.js';
import type { Upstream } from '../wire/upstream.js';
import { onArrival } from './deliver.js';
import type { Stage } from './stage.js';
import type { PendingEvent } from './step.js';

/** Commands that are answered once for every channel, by frames that look like those of messages. */
const SUBSCRIPTIONS = new Set(
  'SUBSCRIBE PSUBSCRIBE SSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE'.split(' '),
);
const LABEL_MAX = 80;

/** Does this command begin or end a subscription? */
export function isSubscription(name: string): boolean {
  return SUBSCRIPTIONS.has(name);
}

/**
 * Begins or ends subscriptions. From then on what the server pushes on this connection waits, and each message arrives
 * at the client as a step of its own.
 *
 * @returns every confirmation, in one piece
 * @throws ServerGoneError
 */
export async function sendSubscription(stage: Stage, link: Link, { frame }: HeldCommand): Promise<Buffer> {
  const upstream = listen(stage, link);
  const frames = await upstream.gather(frame);
  keep(link, frames.filter(isMessage));
  return Buffer.concat(frames.filter((answer) => !isMessage(answer)));
}

/** Keeps what the server pushes on a connection, as after CLIENT TRACKING ON. */
export function listen(stage: Stage, link: Link): Upstream {
  const upstream = link.upstream!;
  upstream.listening = true;
  upstream.onPush = (pushed) => keep(link, [pushed]);
  stage.listening.add(link);
  return upstream;
}

/**
 * Takes in what the server has pushed by now. It writes messages while it runs the command that causes them, so the answer
 * to a PING on the same connection comes after them: no clock decides what is there.
 */
export async function collectMessages(stage: Stage): Promise<void> {
  for (const link of stage.listening) {
    const { upstream } = link;
    if (link.phase !== 'open' || upstream === undefined || link.silent) {
      stage.listening.delete(link);
      continue;
    }
    // A connection that is lost meanwhile says so elsewhere.
    const frames = await upstream.gather().catch(() => []);
    keep(link, frames);
    announce(stage, link);
  }
}

function keep(link: Link, frames: readonly Buffer[]): void {
  link.inbox.push(...frames);
  link.pushed += frames.length;
}

/** The first of the messages of a connection can arrive; those behind it, after it. */
function announce(stage: Stage, link: Link): void {
  const frame = link.inbox[0];
  if (frame === undefined || link.announced === frame) return;
  link.announced = frame;
  link.messages += 1;
  const event: PendingEvent = {
    worker: link.client.flow.worker,
    seq: stage.nextSeq(),
    id: `${link.client.name}.${link.id}.message${link.messages}`,
    label: describe(frame),
    ordinary: true,
    pushedOn: link,
    private: !link.client.shared,
    obsolete: () => link.phase !== 'open' || link.silent,
    perform: async () => {
      link.inbox.shift();
      onArrival(link, () => {
        if (link.phase === 'open') happenIn(link.client.flow, () => link.stream.deliver(frame));
      });
      announce(stage, link);
    },
  };
  stage.pending.push(event);
}

/** `message on news: hello arrives`. */
function describe(frame: Buffer): string {
  const reply = decodeReply(frame);
  const [kind, ...rest] = Array.isArray(reply) ? (reply as unknown[]) : [reply];
  const text = rest.map((part) => (typeof part === 'string' ? part : JSON.stringify(part)));
  const body = text.pop() ?? '';
  const channels = text.length > 0 ? ` on ${text.join(' ')}` : '';
  const line = printable(Buffer.from(`${String(kind)}${channels}: ${body}`));
  return `${line.length > LABEL_MAX ? `${line.slice(0, LABEL_MAX)}…` : line} arrives`;
}
