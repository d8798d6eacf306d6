import { EN, type Case } from './case';

/** Speakers, channels, rates and encodings. */
export const AUDIO_CASES: readonly Case[] = [
  [
    'speakers on two channels',
    { ...EN, showSpeakerLabel: true },
    'showSpeakerLabel',
    'two channels',
    { channelCount: 2 },
  ],
  [
    'speakers and channels',
    { ...EN, showSpeakerLabel: true, enableChannelIdentification: true, numberOfChannels: 2 },
    'showSpeakerLabel',
    'two channels',
  ],
  [
    'channels without their number',
    { ...EN, enableChannelIdentification: true },
    'enableChannelIdentification',
    'numberOfChannels',
  ],
  [
    'a number without channels',
    { ...EN, numberOfChannels: 2 },
    'numberOfChannels',
    'enableChannelIdentification',
  ],
  [
    'two channels as one',
    { ...EN, enableChannelIdentification: false },
    'enableChannelIdentification',
    'always on',
    { channelCount: 2 },
  ],
  [
    'one channel as two',
    { ...EN, enableChannelIdentification: true, numberOfChannels: 2 },
    'enableChannelIdentification',
    'has one',
    { channelCount: 1 },
  ],
  ['three channels', EN, 'numberOfChannels', 'no more', { channelCount: 3 }],
  ['audio that is too slow', EN, 'sampleRateHz', 'from 8000 to 48000', { sampleRateHz: 6000 }],
  ['audio that is too fast', EN, 'sampleRateHz', 'from 8000 to 48000', { sampleRateHz: 96_000 }],
  [
    'another rate',
    { ...EN, sampleRateHz: 8000 },
    'sampleRateHz',
    'that of the audio',
    { sampleRateHz: 16_000 },
  ],
  [
    'another encoding',
    { ...EN, mediaEncoding: 'flac' },
    'mediaEncoding',
    'that of the audio',
    { encoding: 'pcm' },
  ],
];
