import { Option, type Command } from 'commander';

import { checkedCallId } from '../call-id';
import { CliError, EXIT } from '../cli-error';
import { dynamoDbClient, requireSystem, withService, type SystemEnvironment } from '../clients';
import { localEnvironment } from '../environment';
import { sortByTimeline, type TranscriptEntry } from '../format/entry';
import { formatJson } from '../format/json';
import { VTT_HEADER, formatSrt, formatVtt } from '../format/subtitles';
import { formatText } from '../format/text';
import { writeOut } from '../output/write-out';
import { coloursFor } from '../output/terminal';
import { callLogReader, transcriptEntry } from '../store/call-log';

export const TRANSCRIPT_FORMATS = ['text', 'json', 'vtt', 'srt'] as const;
export type TranscriptFormat = (typeof TRANSCRIPT_FORMATS)[number];

interface Options {
  readonly format: TranscriptFormat;
  readonly gaps?: boolean;
}

export function registerTranscript(program: Command): void {
  program
    .command('transcript')
    .description('Print what was said on a call, in the order it was said; live calls too.')
    .argument('<ID>', 'call id')
    .addOption(
      new Option('--format <FORMAT>', 'how to print it')
        .choices(TRANSCRIPT_FORMATS)
        .default('text'),
    )
    .option('--gaps', 'show also what could not be heard (always so in text)')
    .action(async (id: string, options: Options) => {
      const env = localEnvironment(process.env, process.cwd());
      const entries = await readTranscript(checkedCallId(id), env);
      const colours = coloursFor(process.stdout, process.env);
      for (const piece of renderTranscript(entries, options, colours)) await writeOut(piece);
    });
}

/** Everything said and missed so far, in timeline order. An id that is not in the log fails. */
async function readTranscript(callId: string, env: SystemEnvironment): Promise<TranscriptEntry[]> {
  const { CALL_LOG_TABLE } = requireSystem(env, ['CALL_LOG_TABLE']);
  const db = await dynamoDbClient(env);
  const entries: TranscriptEntry[] = [];
  let isKnown = false;
  await withService('DynamoDB', env, async () => {
    for await (const page of callLogReader(db, CALL_LOG_TABLE, callId).pages()) {
      isKnown = true;
      for (const record of page) {
        const entry = transcriptEntry(record);
        if (entry !== undefined) entries.push(entry);
      }
    }
  });
  if (!isKnown) {
    throw new CliError(
      EXIT.failed,
      `no call ${callId} in the log; \`callscribe calls\` lists them`,
    );
  }
  return sortByTimeline(entries);
}

/** The pieces to print, one per entry. `entries` are in timeline order. */
export function* renderTranscript(
  entries: readonly TranscriptEntry[],
  options: Options,
  colours: ReturnType<typeof coloursFor>,
): Generator<string> {
  const withGaps = options.gaps === true || options.format === 'text';
  const shown = withGaps ? entries : entries.filter((entry) => entry.type === 'segment');
  if (options.format === 'vtt') yield VTT_HEADER;
  for (const [index, entry] of shown.entries()) {
    switch (options.format) {
      case 'text':
        yield formatText(entry, colours);
        break;
      case 'json':
        yield formatJson(entry);
        break;
      case 'vtt':
        yield formatVtt(entry);
        break;
      case 'srt':
        yield formatSrt(entry, index + 1);
        break;
    }
  }
}
