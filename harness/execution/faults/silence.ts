import type { Link } from '../../wire/link.js';
import { afterApply, beforeApply } from './strike.js';

/** The command is lost; the connection stays open and silent. */
export const blackHoleRequest = beforeApply(({ link }) => silence(link));

/** The reply is lost; the connection stays open and silent. */
export const blackHoleReply = afterApply(({ link }) => silence(link));

/** The server has forgotten the connection, and the client does not know. */
export const halfOpen = beforeApply(({ link, stage }) => {
  stage.discardUpstream(link);
  silence(link);
});

function silence(link: Link): void {
  link.broken = true;
  link.silent = true;
  link.late = undefined;
  link.queue.length = 0;
}
