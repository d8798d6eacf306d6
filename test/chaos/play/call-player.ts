import type { KinesisVideoStandIn } from '../../../local/kinesis-video/server';
import type { TagSpec, TrackSpec } from '../../../local/mkv/writer';
import { CONNECT_TRACKS } from '../../../shared/call';
import type { CallRequest } from '../../../shared/call';
import type { CallPlan, CallStrike, ChannelPlan } from '../plan/call-plan';
import { playedTo } from '../plan/call-plan';
import { fragmentsOf } from './fragments';
import { StreamPlayer } from './stream-player';
import { SAMPLE_RATE_HZ, Voice } from './voice';

/** Another contact's fragments are half a second long. */
const FOREIGN_FRAGMENT_MS = 512;
/** A leg that comes later than this is not waited for with the request. */
const LATE_MS = 1_000;

export interface CallPlayerDeps {
  readonly kinesisVideo: KinesisVideoStandIn;
  /** Producer time of position 0, epoch milliseconds. */
  readonly startTimeMs: number;
  /** Sabotage: what another contact says bears this call's tags, and the call ends after it. */
  readonly foreignIsOwn?: boolean;
  onRequest(request: CallRequest): void;
  onStrike(strike: CallStrike, streamNames: readonly string[]): void;
  /** Nothing more is played: these streams are to be deleted. */
  onDeletion(streamNames: readonly string[]): void;
  /** The call's audio is over; undefined end: its streams go, nobody says so. */
  onEnd(endTimeMs: number | undefined): void;
}

interface PlayedStream {
  readonly name: string;
  readonly arn: string;
  readonly channels: readonly ChannelPlan[];
  readonly player: StreamPlayer | undefined;
}

/** Plays one call into the Kinesis Video stand-in, driven from outside by `playTo`. */
export class CallPlayer {
  readonly #streams: readonly PlayedStream[];
  #foreign: StreamPlayer[] = [];
  #requested = false;
  #strikes: readonly CallStrike[];
  #ended = false;

  constructor(
    readonly plan: CallPlan,
    private readonly deps: CallPlayerDeps,
  ) {
    this.#strikes = [...plan.strikes].sort((a, b) => a.atMs - b.atMs);
    this.#streams =
      plan.style === 'connect'
        ? [this.#open(plan.callId, plan.channels)]
        : plan.channels.map((channel) =>
            this.#open(`${plan.callId}-${channel.channel}`, [channel]),
          );
  }

  /** Nothing is left to be played. */
  get done(): boolean {
    return this.#ended && this.#foreign.every((player) => player.done);
  }

  playTo(positionMs: number): void {
    for (const { player } of this.#streams) {
      player?.playTo(Math.min(positionMs, playedTo(this.plan)));
    }
    // Before the request: some strike its message.
    while ((this.#strikes[0]?.atMs ?? Infinity) <= positionMs) {
      const [strike, ...later] = this.#strikes;
      this.#strikes = later;
      const names = this.#streams.filter(({ player }) => player !== undefined);
      if (strike !== undefined) {
        this.deps.onStrike(
          strike,
          names.map(({ name }) => name),
        );
      }
    }
    this.#request();
    if (!this.#ended && positionMs >= playedTo(this.plan)) this.#end();
    for (const player of this.#foreign) player.playTo(positionMs - this.plan.durationMs);
  }

  #end(): void {
    const { plan, deps } = this;
    this.#ended = true;
    if (plan.deletedAtMs !== undefined) {
      deps.onEnd(undefined);
      deps.onDeletion(this.#streams.map(({ name }) => name));
      return;
    }
    if (plan.foreign !== undefined) this.#foreign = this.#openForeign(plan.foreign);
    const foreignMs = deps.foreignIsOwn === true ? (plan.foreign?.at(-1)?.endMs ?? 0) : 0;
    const endMs = plan.durationMs + foreignMs - (plan.clockJump?.backMs ?? 0);
    deps.onEnd(deps.startTimeMs + endMs);
  }

  #open(name: string, channels: readonly ChannelPlan[]): PlayedStream {
    const { deps, plan } = this;
    const arn = deps.kinesisVideo.createStream(name, { retentionHours: 1 });
    const heard = channels.filter(({ presence }) => presence === 'heard');
    if (heard.length === 0) return { name, arn, channels, player: undefined };
    const tags = this.#tags(plan.callId);
    const player = new StreamPlayer({
      producer: deps.kinesisVideo.openProducer(name, {
        tracks: heard.map((channel, index) => this.#track(channel, index + 1)),
        ...(plan.hints.tagsAfter ? {} : { tags }),
      }),
      tracks: heard.map((channel, index) => ({
        number: index + 1,
        voice: new Voice(channel),
        startMs: channel.startMs,
      })),
      fragments: fragmentsOf(plan, Math.min(...heard.map(({ startMs }) => startMs))),
      startTimeMs: deps.startTimeMs,
      tagsAfter: plan.hints.tagsAfter ? tags : [],
    });
    return { name, arn, channels, player };
  }

  #openForeign(symbols: NonNullable<CallPlan['foreign']>): StreamPlayer[] {
    const { deps, plan } = this;
    const foreignTo = Math.max(...symbols.map(({ endMs }) => endMs)) + FOREIGN_FRAGMENT_MS;
    const talk = { breaks: [], repeats: [], fragmentMs: FOREIGN_FRAGMENT_MS };
    const fragments = fragmentsOf({ ...plan, ...talk, durationMs: foreignTo }, 0).map((each) => ({
      ...each,
      clockBackMs: plan.clockJump?.backMs ?? 0,
    }));
    return this.#streams
      .filter(({ player }) => player !== undefined)
      .map(({ name, channels }) => {
        const tracks = channels.map((channel, index) => this.#track(channel, index + 1));
        const tags = this.#tags(deps.foreignIsOwn === true ? plan.callId : `other-${plan.callId}`);
        return new StreamPlayer({
          producer: deps.kinesisVideo.openProducer(name, { tracks, tags }),
          tracks: tracks.map(({ number }) => ({
            number,
            voice: new Voice({ symbols, amplitudeDbfs: -10 }),
            startMs: 0,
          })),
          fragments,
          startTimeMs: deps.startTimeMs + plan.durationMs,
          tagsAfter: [],
        });
      });
  }

  #track({ channel }: ChannelPlan, number: number): TrackSpec {
    const named = this.plan.style === 'connect' ? { name: CONNECT_TRACKS[channel] } : {};
    const codec = { codecId: 'A_PCM/INT/LIT', sampleRateHz: SAMPLE_RATE_HZ, bitDepth: 16 };
    return { number, ...named, ...codec };
  }

  #tags(contact: string): TagSpec[] {
    if (this.plan.style === 'connect') return [{ name: 'ContactId', value: contact }];
    return [
      { name: 'TransactionId', value: contact },
      { name: 'VoiceConnectorId', value: 'chaos' },
    ];
  }

  /** As soon as every stream that is spoken into has a fragment, as the triggers do. */
  #request(): void {
    if (this.#requested) return;
    const { plan, deps } = this;
    const firsts = this.#streams.map(({ name }) => deps.kinesisVideo.fragments(name)[0]);
    const isAwaited = ({ channels }: PlayedStream, index: number) =>
      firsts[index] === undefined &&
      channels.every(({ presence, startMs }) => presence === 'heard' && startMs < LATE_MS);
    if (this.#streams.some(isAwaited)) return;
    this.#requested = true;
    const { guard, startFragmentNumber, startTime } = plan.hints;
    deps.onRequest({
      schemaVersion: 1,
      callId: plan.callId,
      legs: this.#streams.flatMap(({ arn, channels }, index) =>
        channels.map(({ channel }) => ({
          channel,
          streamArn: arn,
          ...(plan.style === 'connect' ? { track: CONNECT_TRACKS[channel] } : {}),
          ...(startFragmentNumber && firsts[index] !== undefined
            ? { startFragmentNumber: firsts[index].fragmentNumber }
            : {}),
          ...(startTime ? { startTime: new Date(deps.startTimeMs).toISOString() } : {}),
        })),
      ),
      // No such filter exists; its name goes along with every session of the call.
      options: { vocabularyFilterName: plan.callId },
      ...(guard ? { guard: { tag: this.#tags('')[0]?.name ?? '', value: plan.callId } } : {}),
    });
  }
}
