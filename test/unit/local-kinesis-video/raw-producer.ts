import { request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Acknowledgement } from '../../../local/kinesis-video/acknowledgement';
import type { KinesisVideoStandIn } from '../../../local/kinesis-video/server';
import { concatBytes } from '../../../local/mkv/ebml-encoding';
import { eventually, START_MS } from './support';

/** An open PutMedia call whose body the test writes itself. */
export class RawProducer {
  readonly acknowledgements: Acknowledgement[] = [];
  statusCode: number | undefined;
  errorType: unknown;
  ended = false;
  readonly request: ClientRequest;

  constructor(standIn: KinesisVideoStandIn, headers: Record<string, string> = {}) {
    this.request = request(`${standIn.url}/putMedia`, {
      method: 'POST',
      agent: false,
      headers: {
        'x-amzn-stream-name': 'calls',
        'x-amzn-fragment-timecode-type': 'ABSOLUTE',
        'x-amzn-producer-start-timestamp': String(START_MS / 1000),
        ...headers,
      },
    });
    this.request.on('error', () => undefined);
    this.request.on('response', (response) => this.#read(response));
    this.request.flushHeaders();
  }

  get errorIds(): (number | undefined)[] {
    return this.acknowledgements
      .filter(({ EventType }) => EventType === 'ERROR')
      .map(({ ErrorId }) => ErrorId);
  }

  count(type: Acknowledgement['EventType']): number {
    return this.acknowledgements.filter(({ EventType }) => EventType === type).length;
  }

  async finish(...parts: Uint8Array[]): Promise<void> {
    this.request.end(concatBytes(parts));
    await eventually(() => this.ended);
  }

  #read(response: IncomingMessage): void {
    this.statusCode = response.statusCode;
    this.errorType = response.headers['x-amzn-errortype'];
    response.setEncoding('utf8');
    let text = '';
    response.on('data', (part: string) => {
      text += part;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) this.acknowledgements.push(JSON.parse(line) as Acknowledgement);
    });
    response.on('end', () => (this.ended = true));
    response.on('error', () => undefined);
  }
}
