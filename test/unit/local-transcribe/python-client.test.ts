import { createLocalCertificate } from '../../../local/system/local-certificate';
import { talkLikePython } from './python-client';
import { chunks, TestBench, tones } from './sdk-client';

const bench = new TestBench();
afterEach(() => bench.close());

const MEMBERS = { 'language-code': 'en-US', 'sample-rate': '8000', 'media-encoding': 'pcm' };

async function talk(members: Readonly<Record<string, string>>, symbols = '1234') {
  const certificate = await createLocalCertificate();
  const standIn = await bench.start({ tls: certificate });
  const audio: Uint8Array[] = [];
  for await (const chunk of chunks(tones(symbols).samples)) audio.push(chunk);
  const answer = await talkLikePython(standIn.url, certificate.authority, members, audio);
  const results = answer.events
    .filter(({ type }) => type === 'TranscriptEvent')
    .flatMap(
      ({ json }) => (JSON.parse(json) as { Transcript: { Results: Result[] } }).Transcript.Results,
    );
  return { ...answer, finals: results.filter(({ IsPartial }) => !IsPartial), standIn };
}

interface Result {
  readonly IsPartial: boolean;
  readonly Alternatives: readonly [
    {
      readonly Transcript: string;
      readonly Items: readonly { readonly Speaker?: string; readonly Stable?: boolean }[];
    },
  ];
}

describe('a client of the Python SDK’s kind', () => {
  it('is transcribed over TLS with a local certificate', async () => {
    const { alpn, status, finals, standIn } = await talk(MEMBERS);

    expect({ alpn, status }).toEqual({ alpn: 'h2', status: 200 });
    expect(finals.map(({ Alternatives }) => Alternatives[0].Transcript)).toEqual(['1 2 3 4']);
    expect(standIn.sessions()).toMatchObject([{ endedBy: 'complete' }]);
  });

  it('gets what it asks for, with booleans as Python writes them', async () => {
    const { headers, finals, standIn } = await talk({
      ...MEMBERS,
      'show-speaker-label': 'True',
      'enable-partial-results-stabilization': 'True',
    });

    expect(headers['x-amzn-transcribe-show-speaker-label']).toBe('true');
    expect(finals[0]?.Alternatives[0].Items[0]).toMatchObject({ Speaker: '0', Stable: true });
    expect(standIn.sessions()[0]?.headers).toMatchObject({
      'x-amzn-transcribe-show-speaker-label': 'True',
    });
  });

  it('is told what it must not ask', async () => {
    const { status, headers, events } = await talk({ ...MEMBERS, 'language-code': 'xx-XX' });

    expect(status).toBe(400);
    expect(headers['x-amzn-errortype']).toBe('BadRequestException');
    expect(events[0]?.json).toContain('x-amzn-transcribe-language-code must be one of');
  });
});
