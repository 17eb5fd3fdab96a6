import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { harmless } from '../../base/text.js';
import type { RaceRecord } from '../../record/format.js';
import type { SourcePlace } from '../../report/text/recorded-step.js';
import { playerPage } from '../page/page.js';
import { PositionError } from '../position.js';
import { UnknownLevelError, type Table, type Told } from '../table.js';
import { bodyOf, QUESTIONS } from './body.js';
import { excerptsOf, type Excerpt } from './excerpts.js';
import { admitted, Refused, ROOM, type Entry } from './guard.js';

const TOKEN_BYTES = 24;
/** Connections at once: a browser opens six. */
const CONNECTIONS_MAX = 64;
const REQUEST_MS = 30_000;

/** What the server is given. @internal */
export interface PlayParts {
  readonly table: Table;
  /** Default: any that is free. */
  readonly port?: number | undefined;
  /** Reads a source of the project. @returns undefined where there is none, or it is not to be shown */
  readonly readSource: (path: SourcePlace['file']) => string | undefined;
  /** Keeps a record. @returns where, and the line that runs it again */
  readonly save: (record: RaceRecord) => Promise<{ readonly path: string; readonly line: string }>;
  /** The line that runs a shared schedule. */
  readonly shareLine: (shared: string) => string;
}

/** A player that can be opened in a browser of this machine. @internal */
export interface Playing {
  /** With the token: whoever has it may play. */
  readonly url: string;
  /** Ends every connection. */
  close(): Promise<void>;
}

/**
 * Serves the player to this machine alone. What is answered is the page, and JSON; files are not.
 *
 * @throws an error of `listen` where the port is taken
 * @internal
 */
export async function servePlayer(parts: PlayParts): Promise<Playing> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const page = playerPage(parts.table.parts.levels);
  const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS });
  server.maxConnections = CONNECTIONS_MAX;
  await listening(server, parts.port ?? 0);
  const { port } = server.address() as AddressInfo;
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void answer(request, response, { port, token }, page, parts);
  });
  return {
    url: `http://127.0.0.1:${port}/${ROOM}/${token}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  entry: Entry,
  page: string,
  parts: PlayParts,
): Promise<void> {
  try {
    const path = admitted(request, entry);
    if (request.method === 'GET') {
      if (path !== '') throw new Refused(404, 'there is no such page');
      send(response, 200, 'text/html; charset=utf-8', page);
    } else {
      send(response, 200, 'application/json', JSON.stringify(await reply(path, request, parts)));
    }
  } catch (error) {
    const status = statusOf(error);
    // What is left of a request that is refused is not read.
    if (status === 413) response.setHeader('connection', 'close');
    const message = harmless((error as Error).message.replaceAll(/\s*\n\s*/g, ' '));
    send(response, status, 'application/json', JSON.stringify({ error: message }));
  }
}

function statusOf(error: unknown): number {
  if (error instanceof Refused) return error.status;
  if (error instanceof PositionError) return 400;
  return error instanceof UnknownLevelError ? 404 : 500;
}

/** What the page gets of a position. @internal */
export interface PlayReply extends Told {
  readonly excerpts: readonly Excerpt[];
  /** The line that runs what is shared; empty where nothing is. */
  readonly shareLine: string;
}

async function reply(path: string, request: IncomingMessage, parts: PlayParts): Promise<object> {
  const { table } = parts;
  switch (path) {
    case 'level':
      return await table.level((await bodyOf(request, QUESTIONS.level)).level);
    case 'tree':
      return await table.tree((await bodyOf(request, QUESTIONS.tree)).level);
    case 'play': {
      const told = await table.play(await bodyOf(request, QUESTIONS.play));
      const excerpts = excerptsOf(told.moves, parts.readSource);
      const shareLine = told.share === null ? '' : parts.shareLine(told.share);
      return { ...told, excerpts, shareLine } satisfies PlayReply;
    }
    case 'record':
      return await parts.save(await table.record(await bodyOf(request, QUESTIONS.record)));
    default:
      throw new Refused(404, 'there is nothing to ask there');
  }
}

function send(response: ServerResponse, status: number, type: string, content: string): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(content),
    'cache-control': 'no-store',
    // The page has a policy of its own, by hashes; this is what only a header can say.
    'content-security-policy': "frame-ancestors 'none'",
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  });
  response.end(content);
}
