let acting: object | undefined;

/**
 * Runs `body` on behalf of a client, or of one of its sockets: a timer that is set meanwhile is for what that one has under
 * way.
 *
 * @internal
 */
export function actFor<T>(client: object, body: () => T): T {
  const before = acting;
  acting = client;
  try {
    return body();
  } finally {
    acting = before;
  }
}

/** Whose timers are set now; undefined where nobody can tell. @internal */
export function actingFor(): object | undefined {
  return acting;
}
