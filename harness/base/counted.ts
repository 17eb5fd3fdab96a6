/**
 * Something that is put in place for the whole process as long as anybody wants it there: the first call installs it,
 * and it is taken away when everybody who called has given it back.
 *
 * @param install - puts it in place; returns a function that takes it away
 * @returns a function that takes a share in it; what that returns gives the share back, once
 * @internal
 */
export function counted(install: () => () => void): () => () => void {
  let shares = 0;
  let undo: (() => void) | undefined;
  return () => {
    if (shares++ === 0) undo = install();
    let done = false;
    return () => {
      if (done) return;
      done = true;
      if (--shares > 0) return;
      undo?.();
      undo = undefined;
    };
  };
}
