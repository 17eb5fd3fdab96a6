/** Ends any colour, and is not what Vitest takes for the end of one. */
const DEFAULT_COLOUR = '\u001B[39;49m';
const END_OF_COLOUR = '\u001B[39m';

/**
 * Vitest paints a whole message red, and begins again wherever some other colour ends. Only the first line is to be: in what
 * follows, red says something.
 *
 * @param message - with colours or without
 * @internal
 */
export function notRed(message: string): string {
  const head = message.indexOf('\n');
  if (head < 0 || !message.includes(END_OF_COLOUR)) return message;
  const rest = message.slice(head).replaceAll(END_OF_COLOUR, DEFAULT_COLOUR);
  return `${message.slice(0, head)}${DEFAULT_COLOUR}${rest}`;
}
