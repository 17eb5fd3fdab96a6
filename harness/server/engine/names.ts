/**
 * The repository of the images that the lab builds. `localhost/` is a registry that is never asked: no prefix or mirror
 * that is configured for Docker Hub applies to it.
 *
 * @internal
 */
export const REPOSITORY = 'localhost/redis-race-lab/redis-server';

/** The label of every container of the lab; its value is the host of the process that it belongs to. @internal */
export const OWNER_LABEL = 'redis-race-lab.host';
