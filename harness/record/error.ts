/** A record that cannot be read or written. The message is one line for people; nothing was changed. @internal */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}

/** Why a file operation failed, in words: people read this, not `errno`. @internal */
export function fileProblem(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  switch (code) {
    case 'ENOENT':
      return 'no such file';
    case 'EISDIR':
      return 'this is a folder';
    case 'EEXIST':
      return 'a file is in the way';
    case 'ENOTDIR':
      return 'a part of the path is not a folder';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'no space left on the disk';
    default:
      return (message ?? String(error)).replaceAll(/\s*\n\s*/g, ' ');
  }
}
