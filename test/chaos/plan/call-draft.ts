import type { Channel } from '../../../shared/call';
import type { TrueSymbol } from '../../../local/dtmf/dtmf';
import type { BoardFault, CallPlan, CallStrike, Stretch } from './call-plan';
import { between, oneOf } from './random';
import { drawTalk } from './talk';

/** A leg as it is drawn; its symbols come last, when everything else is settled. */
interface LegDraft {
  readonly channel: Channel;
  presence: 'heard' | 'absent';
  startMs: number;
  readonly amplitudeDbfs: number;
  isSilent: boolean;
}

export interface CallSize {
  readonly minMs: number;
  readonly maxMs: number;
  readonly speeds: readonly number[];
  /** Channels of every call; by default most have two. */
  readonly channels?: 1 | 2;
}

/** A call that kinds may still change before it becomes a plan. */
export class CallDraft {
  readonly legs: LegDraft[];
  style: CallPlan['style'];
  durationMs: number;
  manner: 'continuous' | 'phrases';
  readonly quiet: Stretch[] = [];
  readonly breaks: Stretch[] = [];
  readonly repeats: Stretch[] = [];
  clockJump: CallPlan['clockJump'];
  foreign: TrueSymbol[] | undefined;
  deletedAtMs: number | undefined;
  readonly strikes: CallStrike[] = [];
  readonly fragmentMs: number;
  readonly #speed: number;

  constructor(
    readonly callId: string,
    readonly random: () => number,
    size: CallSize,
  ) {
    this.style = oneOf(random, ['connect', 'chime'] as const);
    this.durationMs = between(random, size.minMs, size.maxMs);
    this.#speed = oneOf(random, size.speeds);
    this.fragmentMs = oneOf(random, [512, 1024, 1024, 1600]);
    this.manner = random() < 0.15 ? 'continuous' : 'phrases';
    this.legs = [this.#leg('caller', 0)];
    const isOfTwo = random() < 0.7;
    if (size.channels === undefined ? isOfTwo : size.channels === 2) this.addAgent();
    if (random() < 0.25) this.#fallSilent();
  }

  /** The second party, if it is not there yet. */
  addAgent(): LegDraft {
    const present = this.legs[1];
    if (present !== undefined) return present;
    const startMs = this.style === 'chime' ? between(this.random, 0, 400) : 0;
    const agent = this.#leg('agent', startMs);
    this.legs.push(agent);
    return agent;
  }

  /** A position in the call's middle, whole milliseconds. */
  middle(fromShare = 0.2, toShare = 0.7): number {
    return between(
      this.random,
      Math.round(this.durationMs * fromShare),
      Math.round(this.durationMs * toShare),
    );
  }

  strike(name: string, fault: BoardFault, atMs = this.middle()): void {
    this.strikes.push({ name, atMs, fault });
  }

  finish(kinds: readonly string[]): CallPlan {
    const { callId, style, fragmentMs, durationMs, breaks, repeats, strikes, random } = this;
    const { manner, quiet } = this;
    return {
      callId,
      style,
      speed: this.#speed,
      fragmentMs,
      durationMs,
      channels: this.legs.map(({ isSilent, ...leg }) => ({
        ...leg,
        symbols:
          isSilent || leg.presence === 'absent'
            ? []
            : drawTalk(random, { fromMs: leg.startMs, toMs: durationMs, manner, quiet }),
      })),
      breaks,
      repeats,
      clockJump: this.clockJump,
      foreign: this.foreign,
      deletedAtMs: this.deletedAtMs,
      strikes,
      hints: {
        guard: random() < 0.7,
        startFragmentNumber: random() < 0.8,
        startTime: random() < 0.7,
        tagsAfter: random() < 0.2,
      },
      kinds,
    };
  }

  /** Long enough on both sides that the session is suspended, with sound right after it. */
  #fallSilent(): void {
    const fromMs = this.middle(0.3, 0.4);
    this.quiet.push({ fromMs, toMs: fromMs + between(this.random, 12_000, 15_000) });
    this.durationMs += 15_000;
  }

  #leg(channel: Channel, startMs: number): LegDraft {
    const amplitudeDbfs = oneOf(this.random, [-8, -20, -20, -50]);
    return { channel, presence: 'heard', startMs, amplitudeDbfs, isSilent: false };
  }
}
