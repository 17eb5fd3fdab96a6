import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import type { Engine } from './engine.js';

/** One answer of the engine's HTTP interface. @internal */
export interface EngineReply {
  readonly status: number;
  readonly body: string;
}

/**
 * Sends one request to a container engine.
 *
 * @param timeoutMs - real milliseconds of silence after which the request is given up
 * @returns the answer, whatever its status; rejects when there is none
 * @internal
 */
export function askEngine(
  { options, tls }: Engine,
  method: string,
  path: string,
  timeoutMs: number,
): Promise<EngineReply> {
  const request = tls === undefined ? httpRequest : httpsRequest;
  const settings = { ...options, ...certificates(tls), method, path, timeout: timeoutMs, agent: false };
  return new Promise((resolve, reject) => {
    const call = request(settings, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    call.on('timeout', () => call.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    call.on('error', reject);
    call.end();
  });
}

/** What TLS takes, from the files in a folder; nothing without one. */
function certificates(folder: string | undefined): Readonly<Record<string, Buffer>> {
  if (folder === undefined) return {};
  return Object.fromEntries(
    ['ca', 'cert', 'key'].map((name) => [name, readFileSync(join(folder, `${name}.pem`))]),
  );
}

/**
 * Sends one request to a container engine and reads its answer as JSON.
 *
 * @returns the answer, which is taken for what the interface documents; undefined for an empty one
 * @throws Error with the engine's own words when it refuses
 * @internal
 */
export async function askEngineFor<T>(
  engine: Engine,
  method: string,
  path: string,
  timeoutMs: number,
): Promise<T> {
  const { status, body } = await askEngine(engine, method, path, timeoutMs);
  const answer = body === '' ? undefined : (JSON.parse(body) as T);
  if (status < 400) return answer as T;
  throw new Error((answer as { message?: string } | undefined)?.message ?? `HTTP ${status}`);
}

/** Which containers or images are meant, as the engine's interface wants it in an address. @internal */
export function engineFilters(filters: Readonly<Record<string, readonly string[]>>): string {
  return `filters=${encodeURIComponent(JSON.stringify(filters))}`;
}
