import { createHash } from 'node:crypto';

/** Text in HTML, between tags or in an attribute. @internal */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Data for a script element that is never run: nothing in it ends the element, or is a line break to any browser. @internal */
export function jsonScript(id: string, data: unknown): string {
  const json = JSON.stringify(data)
    .replaceAll('&', String.raw`\u0026`)
    .replaceAll('<', String.raw`\u003c`)
    .replaceAll('>', String.raw`\u003e`)
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`);
  return `<script type="application/json" id="${escapeHtml(id)}">${json}</script>`;
}

/** The parts of a document. @internal */
export interface Document {
  readonly title: string;
  readonly style: string;
  /** Runs when the rest is there. */
  readonly script: string;
  /** Content of the body, as HTML. */
  readonly body: string;
  /** Its script may ask the server that it comes from. Default: it asks nobody. */
  readonly asksItsServer?: boolean;
}

/**
 * A document that needs nothing but itself: it loads nothing, asks nobody, and runs no script but its own, which its policy names
 * by hash.
 *
 * @internal
 */
export function selfContained({ title, style, script, body, asksItsServer = false }: Document): string {
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    'img-src data:',
    ...(asksItsServer ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
<script>${script}</script>
</body>
</html>
`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
