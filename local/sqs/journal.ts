import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

import { z } from 'zod';

const sentSchema = z.object({
  op: z.literal('sent'),
  queue: z.string(),
  messageId: z.string(),
  body: z.string(),
});
const deletedSchema = z.object({ op: z.literal('deleted'), messageId: z.string() });
const purgedSchema = z.object({ op: z.literal('purged'), queue: z.string() });
const lineSchema = z.discriminatedUnion('op', [sentSchema, deletedSchema, purgedSchema]);
type Line = z.infer<typeof lineSchema>;

/** A message that was sent and never deleted. */
export type KeptMessage = Omit<z.infer<typeof sentSchema>, 'op'>;

/**
 * What makes the queues outlive the emulator, which holds them in memory only: a file to which
 * every message sent and every message deleted is added before the client is answered. Visibility
 * is not kept: after a restart every message that is left is visible at once, as after a timeout.
 * The file grows by about 1 kB a call and shrinks to what is left at each start.
 */
export class QueueJournal {
  /** Opens the file, or makes it; `kept` is what an earlier run left in the queues. */
  static open(path: string): { journal: QueueJournal; kept: KeptMessage[] } {
    mkdirSync(dirname(path), { recursive: true });
    const kept = existsSync(path) ? survivors(readFileSync(path, 'utf8')) : [];
    const lines = kept.map((message) => JSON.stringify({ op: 'sent', ...message }) + '\n');
    writeFileSync(`${path}.new`, lines.join(''));
    renameSync(`${path}.new`, path);
    return { journal: new QueueJournal(path), kept };
  }

  private constructor(private readonly path: string) {}

  sent(message: KeptMessage): void {
    this.#append({ op: 'sent', ...message });
  }

  deleted(messageId: string): void {
    this.#append({ op: 'deleted', messageId });
  }

  purged(queue: string): void {
    this.#append({ op: 'purged', queue });
  }

  #append(line: Line): void {
    appendFileSync(this.path, `${JSON.stringify(line)}\n`);
  }
}

/** A line cut short by a kill is the last one and was never answered for: it is left out. */
function survivors(text: string): KeptMessage[] {
  const kept = new Map<string, KeptMessage>();
  const deleted = new Set<string>();
  for (const line of text.split('\n').flatMap(parseLine)) {
    if (line.op === 'purged') {
      for (const [id, { queue }] of kept) if (queue === line.queue) kept.delete(id);
    } else if (line.op === 'deleted') deleted.add(line.messageId);
    else
      kept.set(line.messageId, { queue: line.queue, messageId: line.messageId, body: line.body });
  }
  // A quick worker's delete may stand before the line of the message itself.
  return [...kept.values()].filter(({ messageId }) => !deleted.has(messageId));
}

function parseLine(text: string): Line[] {
  try {
    const parsed = lineSchema.safeParse(JSON.parse(text));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}
