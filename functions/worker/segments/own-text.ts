import type { Item } from '@aws-sdk/client-transcribe-streaming';

export interface OwnText {
  readonly text: string;
  /** Where it begins in what the service wrote; undefined when it had to be put together anew. */
  readonly from: number | undefined;
}

/**
 * The text of the items that are kept, as the service wrote it where possible: not every language
 * puts spaces between words. Items kept are neighbours, since times rise within a result.
 */
export function ownText(
  transcript: string | undefined,
  items: readonly Item[],
  kept: readonly boolean[],
): OwnText {
  if (transcript !== undefined && kept.every(Boolean)) return { text: transcript, from: 0 };
  const cut = cutOut(transcript ?? '', items, kept);
  return cut ?? { text: join(items.filter((_item, i) => kept[i])), from: undefined };
}

/** Undefined when the items are not found in the transcript one after the other. */
function cutOut(
  transcript: string,
  items: readonly Item[],
  kept: readonly boolean[],
): OwnText | undefined {
  let from: number | undefined;
  let to = 0;
  let at = 0;
  for (const [index, { Content }] of items.entries()) {
    const content = Content ?? '';
    const found = transcript.indexOf(content, at);
    if (found < 0) return undefined;
    at = found + content.length;
    if (kept[index] !== true) continue;
    from ??= found;
    to = at;
  }
  return { text: from === undefined ? '' : transcript.slice(from, to), from };
}

function join(items: readonly Item[]): string {
  let text = '';
  for (const { Content, Type } of items) {
    const isFirst = text === '' || Type === 'punctuation';
    text += `${isFirst ? '' : ' '}${Content ?? ''}`;
  }
  return text;
}
