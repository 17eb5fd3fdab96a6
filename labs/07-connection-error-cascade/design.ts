import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Redis, RedisOptions } from 'ioredis';

/** Does a piece of work with a client. Which one, how often, or whether at all, is for the API to decide. */
export type Use = <T>(work: (redis: Redis) => Promise<T>) => Promise<T>;

export interface ById {
  Params: { id: string };
}

/** What a route answers. */
export type Route = (request: FastifyRequest<ById>, reply: FastifyReply, use: Use) => Promise<unknown>;

/** One line of the log, as pino writes it. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly err?: { readonly type: string; readonly message: string; readonly stack: string };
}

/** What a monitoring tool is sent. */
export interface MonitorEvent {
  readonly level: 'error';
  readonly exception: { readonly type: string; readonly value: string; readonly stack: string };
  readonly request: { readonly method: string; readonly url: string };
}

/** How an API is built: what differs between the variants. */
export interface Design {
  /** Options of its clients. */
  readonly client?: RedisOptions;
  /** How the routes come by a client. Default: {@link sharing}. */
  readonly use?: (connect: () => Redis) => Use;
  /** `POST /items/:id/process`. Default: {@link processItem}, and what it throws goes up to Fastify. */
  readonly process?: Route;
  /** What becomes of an error that no route handled. Default: what Fastify makes of it, a 500. */
  readonly onError?: (api: FastifyInstance, report: (event: MonitorEvent) => void) => void;
}

/** One client for every request. */
export const sharing = (connect: () => Redis): Use => {
  const redis = connect();
  return (work) => work(redis);
};
