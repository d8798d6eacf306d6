import type { ErrorCode } from '../errors';

/** What each code stands for; the failures below it say the rest. */
export const CODE_MEANINGS: Readonly<Record<ErrorCode, string>> = {
  'bad-configuration': 'The set-up has to be changed: a variable, an option, a name, a region.',
  'bad-request': 'What was asked for breaks a rule; asking differently helps.',
  'bad-audio': 'The audio cannot be heard as it is.',
  'unsupported-codec': 'The stream has a codec that callscribe does not decode.',
  'malformed-container':
    'The container around the audio cannot be read. The worker reads such a fragment again, then passes it over and records a gap: today no call fails with this code.',
  'stream-not-found': 'There is no such Kinesis video stream.',
  'stream-error': 'Reading a stream failed.',
  'stream-expired': 'The audio has left the retention of its stream.',
  'unknown-track': 'The stream has no such track.',
  'access-denied': 'Credentials, signatures, permissions.',
  'quota-exceeded': 'A limit of the account or of a stream.',
  'session-failed': 'A session with Amazon Transcribe ended before its time.',
  'session-refused': 'Amazon Transcribe does not take the options or the audio.',
  fenced: 'The call belongs to another worker.',
  'log-unreadable': "A call's log cannot be read.",
  'log-too-new': "A call's log was written by a newer version.",
  poison: 'A call ended several workers.',
  unavailable: 'A service cannot be reached, is ill, or does not take a request.',
  aborted: 'The work was stopped on purpose.',
  internal: 'A mistake of our own.',
};
