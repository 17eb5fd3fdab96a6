/** The public surface as pages for people, made of what API Extractor reads from the declarations. */
import {
  ApiModel,
  type ApiDeclaredItem,
  type ApiDocumentedItem,
  type ApiItem,
} from '@microsoft/api-extractor-model';
import { type DocComment, DocExcerpt, DocFencedCode, type DocNode } from '@microsoft/tsdoc';

/** Where an item is explained: the name of its page and of its heading. */
type Places = ReadonlyMap<string, string>;

type Documented = ApiItem &
  Partial<Pick<ApiDocumentedItem, 'tsdocComment'>> &
  Partial<Pick<ApiDeclaredItem, 'excerpt'>>;

/** Kinds in the order in which a page has them, and their headings. */
const KINDS: readonly (readonly [kind: string, title: string])[] = [
  ['Function', 'Functions'],
  ['Class', 'Classes'],
  ['Variable', 'Values'],
  ['Interface', 'Interfaces'],
  ['TypeAlias', 'Types'],
];

/** Lines of a declaration: a schema with all its fields is longer than anybody reads. */
const LINES_MAX = 40;

/** What stands above every page. */
const MADE = '<!-- Made from the sources by npm run docs:api: change those. -->';

/**
 * A page for each entry, and one that lists them.
 *
 * @param models - what API Extractor wrote for each entry, by its name: the path of its model and the name of its page
 * @returns texts by the names of their files
 */
export function apiReference(
  models: ReadonlyMap<string, { readonly model: string; readonly page: string }>,
): ReadonlyMap<string, string> {
  const entries = Array.from(models, ([entry, { model, page }]) => ({
    entry,
    page: `${page}.md`,
    items: itemsOf(model),
  }));
  const places = placesOf(entries);
  const pages = entries.map(({ entry, page, items }): [string, string] => [
    page,
    renderEntry(entry, page, items, places),
  ]);
  const lines = entries.map(
    ({ entry, page, items }) =>
      `| [\`${entry}\`](${page}) | ${items.map((item) => `[\`${item.displayName}\`](${places.get(keyOf(item))})`).join(', ')} |`,
  );
  const index = [
    '# Every public name',
    '',
    MADE,
    '',
    '| Import from | Names |',
    '| --- | --- |',
    ...lines,
    '',
  ];
  return new Map([['README.md', index.join('\n')], ...pages]);
}

function itemsOf(model: string): Documented[] {
  const [entry] = new ApiModel().loadPackage(model).entryPoints;
  return [...entry!.members] as Documented[];
}

/** By name, in the order of the page, and what stands in its section. */
function ordered(items: readonly Documented[]): Documented[] {
  return KINDS.flatMap(([kind]) => items.filter((item) => String(item.kind) === kind));
}

/** What several entries export is explained on the page of the first of them, where it is the same. */
function placesOf(
  entries: readonly { readonly page: string; readonly items: readonly Documented[] }[],
): Places {
  const places = new Map<string, string>();
  for (const { page, items } of entries) {
    // Names that differ in case alone get a number, as GitHub gives it.
    const anchors = new Map<string, number>();
    for (const item of ordered(items)) {
      const anchor = item.displayName.toLowerCase();
      const nth = anchors.get(anchor) ?? 0;
      anchors.set(anchor, nth + 1);
      const place = `${page}#${anchor}${nth === 0 ? '' : `-${nth}`}`;
      for (const key of [keyOf(item), item.displayName]) if (!places.has(key)) places.set(key, place);
    }
  }
  return places;
}

function keyOf(item: Documented): string {
  return `${item.displayName} ${signatureOf(item)} ${item.tsdocComment?.emitAsTsdoc() ?? ''}`;
}

function renderEntry(entry: string, page: string, items: readonly Documented[], places: Places): string {
  const sections = KINDS.flatMap(([kind, title]) => {
    const own = items.filter((item) => String(item.kind) === kind);
    return own.length === 0 ? [] : [`## ${title}`, ...own.map((item) => renderItem(item, page, places))];
  });
  return (
    [`# \`${entry}\``, MADE, '[Every public name](README.md)', ...sections, ''].join('\n\n').trimEnd() + '\n'
  );
}

function renderItem(item: Documented, page: string, places: Places): string {
  const place = places.get(keyOf(item))!;
  const heading = `### ${item.displayName}`;
  // Types that two entries show are the same.
  if (!place.startsWith(`${page}#`)) return `${heading}\n\nSee [\`${item.displayName}\`](${place}).`;
  const text = (node: DocNode | undefined): string => rendered(node, page, places);
  const comment = item.tsdocComment;
  const members = membersOf(item);
  return [
    heading,
    text(comment?.summarySection),
    `\`\`\`ts\n${signatureOf(item)}\n\`\`\``,
    text(comment?.remarksBlock?.content),
    parameters(comment, text),
    comment?.returnsBlock === undefined ? '' : `**Returns** ${text(comment.returnsBlock.content)}`,
    ...blocksOf(comment, '@throws').map((block) => `**Throws** ${text(block)}`),
    memberTable(members, text),
    ...blocksOf(comment, '@example').map(text),
  ]
    .filter((part) => part.trim() !== '')
    .join('\n\n');
}

function membersOf(item: Documented): readonly Documented[] {
  return ['Interface', 'Class'].includes(String(item.kind)) ? item.members : [];
}

function signatureOf({ excerpt }: Documented): string {
  const lines = (excerpt?.text ?? '')
    .replace(/^export (?:default |declare )?|^declare /, '')
    .trimEnd()
    .split('\n');
  if (lines.length <= LINES_MAX) return lines.join('\n');
  return [
    ...lines.slice(0, LINES_MAX),
    `// … ${lines.length - LINES_MAX} more lines, in the .api.md beside this page`,
  ].join('\n');
}

function parameters(comment: DocComment | undefined, text: (node: DocNode) => string): string {
  const blocks = comment?.params.blocks ?? [];
  return blocks.map((block) => `- \`${block.parameterName}\`: ${text(block.content)}`).join('\n');
}

function blocksOf(comment: DocComment | undefined, tag: string): DocNode[] {
  return (comment?.customBlocks ?? [])
    .filter((block) => block.blockTag.tagName === tag)
    .map(({ content }) => content);
}

function memberTable(members: readonly Documented[], text: (node: DocNode | undefined) => string): string {
  if (members.length === 0) return '';
  const cell = (content: string): string =>
    content
      .replaceAll(/\s*\n\s*/g, ' ')
      .replaceAll('|', String.raw`\|`)
      .trim();
  const rows = members.map((member) => {
    const about = [
      text(member.tsdocComment?.summarySection),
      ...(member.tsdocComment?.params.blocks ?? []).map(
        (block) => `\`${block.parameterName}\`: ${text(block.content)}`,
      ),
      ...blocksOf(member.tsdocComment, '@throws').map((block) => `Throws ${text(block)}`),
    ];
    return `| \`${cell(
      signatureOf(member)
        .replace(/^readonly /, '')
        .replace(/;$/, ''),
    )}\` | ${cell(about.join(' '))} |`;
  });
  return ['| | |', '| --- | --- |', ...rows].join('\n');
}

/** Comments are nearly Markdown: only links to names are not. */
function rendered(node: DocNode | undefined, page: string, places: Places): string {
  if (node === undefined) return '';
  const raw =
    node instanceof DocFencedCode
      ? `\`\`\`${node.language}\n${node.code}\`\`\`\n`
      : rawText(node, page, places);
  return raw
    .replaceAll(/\{@link (\w+)(?:\.\w+)?\}/g, (_, name: string) => {
      const place = places.get(name);
      return place === undefined
        ? `\`${name}\``
        : `[\`${name}\`](${place.startsWith(`${page}#`) ? place.slice(page.length) : place})`;
    })
    .trim();
}

function rawText(node: DocNode, page: string, places: Places): string {
  if (node instanceof DocExcerpt) return node.content.toString();
  if (node instanceof DocFencedCode) return `\n\`\`\`${node.language}\n${node.code}\`\`\`\n`;
  return node
    .getChildNodes()
    .map((child) => rawText(child, page, places))
    .join('');
}
