import { AsyncLocalStorage } from 'node:async_hooks';
import type { WorkerBody, WorkerContext } from '../../harness/index.js';
import type { Api } from './api.js';

/** What a request came to. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** What its body is on any other day, of a request that must be served whatever happens to others. */
  readonly expected?: string;
}

/** A request, and the name of the operation that it is in the history. */
export interface Asked {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly expected?: string;
}

/** Name of the requests that process item 7. */
export const PROCESS = 'process item 7';
/** Name of those that have nothing to do with what fails. */
export const BYSTANDER = 'bystander';
export const PRICE = '5.00';

const serving = new AsyncLocalStorage<WorkerContext<Api>>();

/** The worker whose request the code that runs serves: a route itself knows nothing but the request. */
export function servedWorker(): WorkerContext<Api> {
  return serving.getStore()!;
}

/** Sends requests, one after the other, and notes each answer. */
export function sends(...requests: readonly Asked[]): WorkerBody<Api> {
  return async (worker) => {
    for (const { name, expected, ...request } of requests) {
      await worker.operation(name, () =>
        serving.run(worker, async (): Promise<Answer> => {
          const { statusCode, body } = await worker.app.fastify.inject(request);
          return { status: statusCode, body, ...(expected !== undefined && { expected }) };
        }),
      );
    }
  };
}

export const PROCESS_7: Asked = { name: PROCESS, method: 'POST', url: '/items/7/process' };
/** The same, by somebody who says which request it is. */
export const processSevenOnce = (key: string): Asked => ({
  ...PROCESS_7,
  headers: { 'idempotency-key': key },
});
/** There is a list where an item should be. */
export const PROCESS_8: Asked = { name: 'process item 8', method: 'POST', url: '/items/8/process' };
export const WRITE_7: Asked = { name: 'write item 7', method: 'PUT', url: '/items/7' };
export const READ_PRICE: Asked = {
  name: BYSTANDER,
  method: 'GET',
  url: '/prices/7',
  expected: `{"price":"${PRICE}"}`,
};
export const ORDER: Asked = { name: BYSTANDER, method: 'POST', url: '/orders/9', expected: '{}' };
