/** The parts of node_redis 2 that the tests use; its own types were never published. */
declare module 'redis2' {
  import type { EventEmitter } from 'node:events';

  type Callback = (error: Error | null, reply: unknown) => void;

  interface Multi {
    incr(key: string): this;
    get(key: string): this;
    exec(done: Callback): void;
  }

  export interface OldClient extends EventEmitter {
    readonly connected: boolean;
    get(key: string, done: Callback): void;
    set(key: string, value: string, done: Callback): void;
    incr(key: string, done: Callback): void;
    multi(): Multi;
    batch(): Multi;
    eval(script: string, keys: number, key: string, by: number, done: Callback): void;
    quit(done: Callback): void;
    end(flush: boolean): void;
  }

  export function createClient(options: { readonly host: string; readonly port: number }): OldClient;
}
