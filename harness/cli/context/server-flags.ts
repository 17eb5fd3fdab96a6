import { defined } from '../../base/defined.js';

/** Options that say where Redis comes from. @internal */
export interface ServerFlags {
  readonly redis?: string;
  readonly image?: string;
  readonly serverVersion?: string;
  readonly allowHost?: readonly string[];
}

/** These of all options: what another process starts its Redis with. @internal */
export function serverFlagsOf({ redis, image, serverVersion, allowHost }: ServerFlags): ServerFlags {
  return defined({ redis, image, serverVersion, allowHost });
}
