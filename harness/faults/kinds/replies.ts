import type { FaultDescription } from '../description.js';

/** The client gets other bytes than those that the server sends, or gets them differently cut. @internal */
export const REPLY_FAULTS = {
  'error-reply': {
    mark: '≠ error instead of the command',
    outcome: 'definite',
    target: 'command',
    parameters: { text: 'LOADING Redis is loading the dataset in memory', times: 1 },
    usual: false,
    summary:
      'The command is answered with the error `text` and never reaches the server; so are the next ones, `times` in all.',
  },
  'garbage-reply': {
    mark: '≠ garbage instead of the reply',
    outcome: 'ambiguous',
    target: 'command',
    parameters: { text: 'HTTP/1.1 400 Bad Request' },
    usual: false,
    summary: 'The server runs the command; instead of the reply comes `text`, a line that is no RESP.',
  },
  'corrupt-integer': {
    mark: '≠ integer of the reply corrupted',
    outcome: 'definite',
    target: 'command',
    parameters: { digits: 'x' },
    usual: false,
    summary:
      'The server runs the command; the first integer of the reply comes as `digits`. Other replies pass as they are.',
  },
  'duplicated-reply': {
    mark: '≠ reply twice',
    outcome: 'definite',
    target: 'command',
    parameters: {},
    usual: false,
    summary: 'The reply comes twice: what the client sends next may get an answer that is not its own.',
  },
  'sliced-reply': {
    mark: '≈ reply in pieces',
    outcome: 'definite',
    target: 'command',
    parameters: { size: 1 },
    usual: false,
    summary: 'The reply comes in pieces of `size` bytes.',
  },
  'coalesced-replies': {
    mark: '≈ replies in one piece',
    outcome: 'definite',
    target: 'command',
    parameters: {},
    needs: 'several commands on their way on one connection',
    usual: false,
    summary:
      'All that is on its way on the connection runs on the server, and the replies come in one piece.',
  },
} as const satisfies Record<string, FaultDescription>;
