import type { Attributes, CallOptions, Channel, Guard, Leg } from '../../shared/call';

/** What an event means for one call, whoever sent it. Times are ISO, UTC. */
export type Trigger =
  StartTrigger | LegTrigger | LegFailedTrigger | StopTrigger | AttributesTrigger | IgnoredTrigger;

/** What rules about options go by. It is looked at once and neither stored nor logged. */
export interface CallFacts {
  readonly queueArn?: string;
  readonly queueName?: string;
  /** The number on our side. */
  readonly number?: string;
  readonly direction?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Somebody asks for the call; all its legs are known. */
export interface StartTrigger {
  readonly type: 'start';
  readonly callId: string;
  readonly legs: readonly Leg[];
  readonly guard?: Guard;
  /** The call's own; complete once `withOptions` has seen them. */
  readonly options?: CallOptions;
  readonly facts?: CallFacts;
  readonly attributes?: Attributes;
  /** Streaming has been stopped already. */
  readonly endTime?: string;
  /** When the request was made, epoch milliseconds. */
  readonly atMs: number;
}

/** One leg streams, or did until `endTime`; it may be the call's first or its second. */
export interface LegTrigger {
  readonly type: 'leg';
  readonly callId: string;
  readonly leg: Omit<Leg, 'channel'>;
  /** The party, when the event says so. */
  readonly channel?: Channel;
  /** The likelier party when it does not. */
  readonly guess: Channel;
  readonly guard: Guard;
  readonly options?: CallOptions;
  readonly facts?: CallFacts;
  readonly attributes: Attributes;
  readonly endTime?: string;
}

/** A leg streams no longer; the event does not say which. */
export interface LegFailedTrigger {
  readonly type: 'leg-failed';
  readonly callId: string;
  readonly failTime: string;
}

/** Nothing after `endTime` is the call's. */
export interface StopTrigger {
  readonly type: 'stop';
  readonly callId: string;
  readonly endTime: string;
}

/** Something about the call has become known; it starts nothing and ends nothing. */
export interface AttributesTrigger {
  readonly type: 'attributes';
  readonly callId: string;
  readonly attributes: Attributes;
}

export interface IgnoredTrigger {
  readonly type: 'ignored';
  readonly callId?: string;
  readonly reason: string;
}

/** What is stored of what others send: names by which nothing else gets in. */
export interface AllowLists {
  /** Contact attributes of Amazon Connect, as they are spelled there. */
  readonly contactAttributes: readonly string[];
  /** SIP headers, in any case; stored as `sip.NAME` in lower case. */
  readonly sipHeaders: readonly string[];
}
