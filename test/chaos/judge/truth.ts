import type { Channel } from '../../../shared/call';
import type { CallPlan, ChannelPlan, Stretch } from '../plan/call-plan';
import { playedTo } from '../plan/call-plan';
import type { ExpectedSymbol } from './judge-words';
import { merged, overlaps } from './stretches';

/** What one channel's log has to say. */
export interface ChannelTruth {
  readonly channel: Channel;
  readonly symbols: readonly ExpectedSymbol[];
  /** Stretches of which no audio ever was in the stream. */
  readonly gaps: readonly Stretch[];
}

/** `heardTo`: audio after this position may or may not have been fetched before it was deleted. */
export function truthOf(plan: CallPlan, heardTo = playedTo(plan)): ChannelTruth[] {
  return plan.channels.map((channel) => channelTruth(plan, channel, heardTo));
}

function channelTruth(plan: CallPlan, channel: ChannelPlan, heardTo: number): ChannelTruth {
  const gaps = gapsOf(plan, channel);
  const endMs = playedTo(plan);
  const symbols = channel.symbols.flatMap((symbol): ExpectedSymbol[] => {
    const { startMs, endMs: toMs } = symbol;
    if (startMs >= endMs) return [];
    const touched = gaps.filter((gap) => overlaps(gap, { fromMs: startMs, toMs }));
    if (touched.some((gap) => gap.fromMs <= startMs && gap.toMs >= toMs)) return [];
    return [{ ...symbol, certain: touched.length === 0 && toMs <= heardTo }];
  });
  return { channel: channel.channel, symbols, gaps };
}

function gapsOf(plan: CallPlan, { presence, startMs }: ChannelPlan): Stretch[] {
  if (presence === 'absent') return [{ fromMs: 0, toMs: playedTo(plan) }];
  // Before its first sample a leg is not there yet, which is no gap.
  return merged(
    plan.breaks.map(({ fromMs, toMs }) => ({ fromMs: Math.max(fromMs, startMs), toMs })),
  );
}
