import type { FaultKind } from './catalogue.js';

/** Faults that strike at HTTP as well, when they are aimed there: at requests, and at responses. @internal */
export const HTTP_FAULT_KINDS = [
  'reset-before-send',
  'close-before-send',
  'zombie-request',
  'reset-after-apply',
  'close-after-apply',
  'truncated-reply',
  'black-hole-request',
  'black-hole-reply',
  'late-reply',
] as const satisfies readonly FaultKind[];

/** One of them. @internal */
export type HttpFaultKind = (typeof HTTP_FAULT_KINDS)[number];

/** Can this fault strike at HTTP? @internal */
export function strikesHttp(kind: FaultKind): kind is HttpFaultKind {
  return (HTTP_FAULT_KINDS as readonly FaultKind[]).includes(kind);
}
