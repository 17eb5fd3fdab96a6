import { readFileSync } from 'node:fs';
import { harmless } from '../../base/text.js';
import { bundled, pageStyle } from '../../report/page/assets.js';
import { jsonScript, selfContained } from '../../report/page/html.js';
import { isToBreak, type Level } from '../level.js';

/** The page of the player: one document, whose script asks the server that it comes from and nobody else. @internal */
export function playerPage(levels: readonly Level[]): string {
  const listed = levels.map((level) => ({
    id: level.id,
    lab: harmless(level.identity.lab),
    labTitle: harmless(level.labTitle),
    name: harmless(level.identity.variant),
    title: harmless(level.title),
    toBreak: isToBreak(level),
  }));
  return selfContained({
    title: 'Race Lab: you are the scheduler',
    style: pageStyle() + readFileSync(new URL('player.css', import.meta.url), 'utf8'),
    script: bundled(new URL('client/main.js', import.meta.url)),
    body: [
      '<div id="app"><noscript>The player is drawn by its own script.</noscript></div>',
      jsonScript('levels', listed),
    ].join('\n'),
    asksItsServer: true,
  });
}
