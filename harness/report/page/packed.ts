import { gzipSync } from 'node:zlib';
import { escapeHtml } from './html.js';

/**
 * Text for an element that is never run, compressed; the page opens it when it is wanted (`client/pieces.js`). Base64 has no character
 * that means anything in HTML.
 *
 * @internal
 */
export function packedScript(id: string, text: string): string {
  const packed = gzipSync(text, { level: 9 }).toString('base64');
  return `<script type="application/gzip" id="${escapeHtml(id)}">${packed}</script>`;
}
