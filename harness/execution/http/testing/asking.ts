/** For tests: what clients of HTTP, and a server, see of a connection that breaks. */
import { createServer, request, type RequestOptions, type Server } from 'node:http';
import { Client } from 'undici';

/** A way to a server: through the gate, or through real sockets. */
export interface Target {
  readonly origin: string;
  /** For undici. */
  readonly options: Client.Options;
  /** For `node:http`. */
  readonly request: RequestOptions;
  /** The client gives up then. Default: never. */
  readonly signal?: AbortSignal | undefined;
}

/** The clients that are compared. */
export const HTTP_CLIENTS = ['undici', 'node:http'] as const;

/** Asks once. @returns `200 hello`, or what went wrong */
export function ask(client: (typeof HTTP_CLIENTS)[number], target: Target): Promise<string> {
  return client === 'undici' ? askByUndici(target) : askByNode(target);
}

async function askByUndici({ origin, options, signal }: Target): Promise<string> {
  const client = new Client(origin, options);
  try {
    const { statusCode, body } = await client.request({
      method: 'POST',
      path: '/items',
      body: 'x',
      signal,
    });
    return await body.text().then(
      (text) => `${statusCode} ${text}`,
      (error: unknown) => `${statusCode}, then ${wrong(error)}`,
    );
  } catch (error) {
    return wrong(error);
  } finally {
    await client.destroy();
  }
}

function askByNode({ request: options, signal }: Target): Promise<string> {
  return new Promise((resolve) => {
    const asked = request({ ...options, signal, method: 'POST', path: '/items' }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve(`${response.statusCode} ${text}`));
      response.on('error', (error) => resolve(`${response.statusCode}, then ${wrong(error)}`));
    });
    asked.on('error', (error) => resolve(wrong(error)));
    asked.end('x');
  });
}

function wrong(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return `${code}: ${message}`;
}

/** A server that answers `hello`, and notes in order what it sees of each request. */
export function noting(seen: string[]): Server {
  const server = createServer((asked, response) => {
    seen.push(`${asked.method} ${asked.url}`);
    response.on('finish', () => seen.push('answered'));
    asked.resume();
    response.end('hello'.repeat(20));
  });
  server.keepAliveTimeout = 0;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    seen.push(`error ${error.code}`);
    socket.destroy();
  });
  server.on('connection', (socket) => {
    socket.on('close', (failed: boolean) => seen.push(failed ? 'closed by an error' : 'closed'));
  });
  return server;
}
