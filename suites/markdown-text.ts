/** Text that Markdown shows as it is. */
export function markdownText(words: string): string {
  return words.replaceAll('\n', ' ').replaceAll(/[\\<>*_[\]]/g, String.raw`\$&`);
}
