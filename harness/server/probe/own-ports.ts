import type { Socket } from 'node:net';

/** Ports on this side of every connection that the lab made, also of those that are over: the server may still tell of them. */
const own = new Set<number>();

/** Takes note of a connection of the lab's own, as soon as it is made. @internal */
export function noteOwn(socket: Socket): void {
  socket.once('connect', () => {
    if (socket.localPort !== undefined) own.add(socket.localPort);
  });
}

/** Notes one by its port. @internal */
export function noteOwnPort(port: number | undefined): void {
  if (port !== undefined) own.add(port);
}

/** Is this address, as a server writes it, one of the lab's own connections? @internal */
export function isOwn(address: string): boolean {
  return own.has(Number(address.slice(address.lastIndexOf(':') + 1)));
}
