import { happenIn } from '../../base/flow.js';
import { turnMustEnd } from '../../wire/gate/end-of-turn.js';
import type { Client } from '../../wire/gate/client.js';
import type { HeldCommand } from '../../wire/gate/held-command.js';
import type { Link } from '../../wire/gate/link.js';
import { encodeCommand } from '../../wire/upstream/control.js';
import { turn } from '../host/turn.js';
import { releaseUpstream } from '../stage/release.js';
import type { Stage } from '../stage/stage.js';
import { takeLastAnswer } from '../traffic/blocking.js';
import { connect } from '../traffic/connect.js';
import { serverClosed } from '../traffic/server-closed.js';
import { runImmediates } from './immediates.js';

/** Does what needs no choice until there is nothing more of it. @internal */
export async function calm(stage: Stage): Promise<void> {
  while (moving(stage)) {
    await tidy(stage);
    await turn();
  }
}

/** Is there anything that needs no choice? @internal */
export function moving(stage: Stage): boolean {
  if (turnMustEnd() || stage.closing.length > 0 || stage.cut.some((link) => notices(stage, link)))
    return true;
  for (const flow of stage.flows) if (flow.immediates.length > 0) return true;
  for (const link of stage.links) {
    if (shakesHands(stage, link) || connectsUnseen(link)) return true;
  }
  for (const client of stage.clients) {
    if (client.held.length > 0 && !client.ready) return true;
  }
  return false;
}

/** A worker that stands still notices nothing before it goes on, and the end of a connection comes after all else on it. */
function notices(stage: Stage, link: Link): boolean {
  return !stage.paused.has(link.client.flow) && !((link.answered || link.arrivals.held) && link.isOpen);
}

/** Does what needs no choice. */
async function tidy(stage: Stage): Promise<void> {
  for (const flow of stage.flows) await runImmediates(flow);
  for (const link of stage.cut.filter((cut) => notices(stage, cut))) {
    if (await takeLastAnswer(stage, link)) continue;
    stage.cut.splice(stage.cut.indexOf(link), 1);
    await serverClosed(stage, link);
  }
  while (stage.closing.length > 0) {
    const link = stage.closing.shift()!;
    const at = stage.links.indexOf(link);
    if (at >= 0) stage.links.splice(at, 1);
    await releaseUpstream(stage, link);
  }
  for (const link of [...stage.links]) {
    if (connectsUnseen(link)) await connect(stage, link);
    else if (shakesHands(stage, link)) await passHandshake(link);
  }
  for (const client of stage.clients) {
    // A client that is not ready queues what it is given; no order to decide there.
    if (client.held.length === 0 || client.ready) continue;
    for (const call of [...client.held]) client.release(call);
  }
}

/** Is its connect no step, and still to be done? */
function connectsUnseen({ phase, connectIsStep }: Link): boolean {
  return phase === 'connecting' && !connectIsStep;
}

/** Has it handshake frames that the server would answer? */
function shakesHands(stage: Stage, link: Link): boolean {
  return link.frames.handshake.length > 0 && link.upstream !== undefined && !stage.environment.health.silent;
}

/** What a client says when it connects. The lab's Redis has no users and no password; an application brings its own. */
function greet({ client, upstream }: Link, { name, args, frame }: HeldCommand): Promise<Buffer> {
  if ((client as Client).kind !== 'app') return upstream!.request(frame);
  if (name === 'AUTH') return Promise.resolve(Buffer.from('+OK\r\n'));
  const at = name === 'HELLO' ? args.findIndex((arg) => /^auth$/i.test(arg.toString('latin1'))) : -1;
  return upstream!.request(at < 0 ? frame : encodeCommand([...args.slice(0, at), ...args.slice(at + 3)]));
}

async function passHandshake(link: Link): Promise<void> {
  const commands = link.frames.takeHandshake();
  const replies = commands.map((command) => greet(link, command));
  // When one fails so do those behind it, and nobody asks for them any more.
  for (const reply of replies) reply.catch(() => {});
  for (const [at, command] of commands.entries()) {
    const reply = await replies[at]!;
    happenIn(link.client.flow, () => link.deliver(reply, command));
  }
}
