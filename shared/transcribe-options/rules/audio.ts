import { MAX_SAMPLE_RATE_HZ, MIN_SAMPLE_RATE_HZ } from '../values';
import { problemIf, type Rule } from './rule';

export const channels: Rule = (options, audio) => {
  const { enableChannelIdentification, numberOfChannels, showSpeakerLabel } = options;
  const isStereo = audio.channelCount === 2;
  const isApart = isStereo || enableChannelIdentification === true || numberOfChannels === 2;
  const together = { enableChannelIdentification: true, numberOfChannels: 2 };
  return [
    ...problemIf(
      showSpeakerLabel === true && isApart,
      'showSpeakerLabel',
      'does not go with two channels: each is told apart already',
      { showSpeakerLabel: false },
    ),
    ...problemIf(
      enableChannelIdentification === true && !isStereo && numberOfChannels === undefined,
      'enableChannelIdentification',
      'goes together with numberOfChannels',
      together,
    ),
    ...problemIf(
      numberOfChannels !== undefined && enableChannelIdentification !== true,
      'numberOfChannels',
      'goes together with enableChannelIdentification',
      together,
    ),
    ...problemIf(
      isStereo && enableChannelIdentification === false,
      'enableChannelIdentification',
      'is always on for audio of two channels',
      together,
    ),
    ...problemIf(
      audio.channelCount === 1 && (enableChannelIdentification ?? numberOfChannels),
      'enableChannelIdentification',
      'is for audio of two channels, and this has one',
      { enableChannelIdentification: false },
    ),
    ...problemIf(
      audio.channelCount !== undefined && audio.channelCount !== 1 && !isStereo,
      'numberOfChannels',
      'must be 2, or absent for audio of one channel: the service takes no more',
      together,
    ),
  ];
};

export const format: Rule = ({ sampleRateHz, mediaEncoding }, audio) => {
  const rate = audio.sampleRateHz;
  const isLegal =
    rate === undefined ||
    (Number.isInteger(rate) && rate >= MIN_SAMPLE_RATE_HZ && rate <= MAX_SAMPLE_RATE_HZ);
  return [
    ...problemIf(
      !isLegal,
      'sampleRateHz',
      `must be from ${MIN_SAMPLE_RATE_HZ} to ${MAX_SAMPLE_RATE_HZ}; resample the audio`,
    ),
    ...problemIf(
      isLegal && sampleRateHz !== undefined && rate !== undefined && sampleRateHz !== rate,
      'sampleRateHz',
      'must be that of the audio',
      rate === undefined ? undefined : { sampleRateHz: rate },
    ),
    ...problemIf(
      mediaEncoding !== undefined &&
        audio.encoding !== undefined &&
        mediaEncoding !== audio.encoding,
      'mediaEncoding',
      'must be that of the audio',
      { mediaEncoding: audio.encoding },
    ),
  ];
};
