/** A proxy in front of a real Redis that cuts connections: with a real reset, at a command and not at a time. */
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

type Target = { readonly host: string; readonly port: number } | { readonly path: string };
/** Where a connection is cut: before the server has the command, or in place of its reply. */
type Place = 'before' | 'reply';

export interface Cutter {
  readonly port: number;
  /** Resets the connection on which the next such command comes. */
  cutAt(command: string, place?: Place): void;
  /** Resets all connections, and refuses new ones. */
  goAway(): Promise<void>;
  /** Listens again, on the same port. */
  comeBack(): Promise<void>;
}

export async function startCutter(target: Target): Promise<Cutter> {
  const open = new Set<Socket>();
  let cut: { readonly command: string; readonly place: Place } | undefined;
  let server: Server | undefined;
  let port = 0;

  /** Is it this command? ioredis writes each at once, with its name in lower case. */
  const taken = (bytes: Buffer): Place | undefined => {
    if (cut === undefined || !bytes.toString('latin1').includes(`\r\n${cut.command}\r\n`)) return undefined;
    const { place } = cut;
    cut = undefined;
    return place;
  };
  const serve = (client: Socket): void => {
    const upstream = connect(target);
    let losesReply = false;
    open.add(client);
    const end = (): void => {
      open.delete(client);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
    upstream.on('data', (bytes) => void (losesReply ? client.resetAndDestroy() : client.write(bytes)));
    client.on('data', (bytes) => {
      const place = taken(bytes);
      losesReply ||= place === 'reply';
      if (place === 'before') client.resetAndDestroy();
      else upstream.write(bytes);
    });
  };
  const comeBack = async (): Promise<void> => {
    server = createServer(serve).listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  };
  const goAway = async (): Promise<void> => {
    const closed = new Promise((resolve) => server!.close(resolve));
    for (const client of open) client.resetAndDestroy();
    await closed;
  };
  await comeBack();
  const cutAt: Cutter['cutAt'] = (command, place = 'before') =>
    void (cut = { command: command.toLowerCase(), place });
  return { port, cutAt, goAway, comeBack };
}
