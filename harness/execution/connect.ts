import { runInFlow } from '../flow.js';
import type { Link } from '../wire/link.js';
import { connectionRefused } from '../wire/socket-errors.js';
import { open } from './settle.js';
import type { Stage } from './stage.js';

/** Performs a reconnect: it succeeds, unless the next ones of its client are to be refused. */
export async function connect(stage: Stage, link: Link): Promise<void> {
  const { client } = link;
  if (client.refuse > 0) {
    client.refuse -= 1;
    link.broken = true;
    stage.notes.push(`${client.name}: connect refused`);
    runInFlow(client.flow, () => link.stream.destroy(connectionRefused('127.0.0.1', 6379)));
    return;
  }
  await open(stage, link);
}
