import { discardUpstream } from '../stage/release.js';
import { afterApply, beforeApply } from './command-fault.js';

/** The command is lost; the connection stays open and silent. @internal */
export const blackHoleRequest = beforeApply(({ link }) => link.silence());

/** The reply is lost; the connection stays open and silent. @internal */
export const blackHoleReply = afterApply(({ link }) => link.silence());

/** The server has forgotten the connection, and the client does not know. @internal */
export const halfOpen = beforeApply(({ link, stage }) => {
  discardUpstream(stage, link);
  link.silence();
});
