/** One recording of the Debian package `asterisk-core-sounds-en-wav` and the words that are in it. */
export interface Prompt {
  /** File name without `.wav`. */
  readonly file: string;
  readonly text: string;
}

/**
 * What the agent may say. Sentences of one to seven seconds; recordings that are only a part of a
 * sentence, a list of keys, or a joke are left out.
 */
export const AGENT_PROMPTS: readonly Prompt[] = [
  {
    file: 'agent-alreadyon',
    text: 'That agent is already logged on. Please enter your agent number followed by the pound key.',
  },
  { file: 'agent-newlocation', text: 'Please enter a new extension, followed by pound.' },
  { file: 'agent-pass', text: 'Please enter your password followed by the pound key.' },
  {
    file: 'agent-user',
    text: 'Agent login. Please enter your agent number followed by the pound key.',
  },
  { file: 'all-circuits-busy-now', text: 'All circuits are busy now.' },
  {
    file: 'auth-incorrect',
    text: 'Password incorrect. Please enter your password followed by the pound key.',
  },
  { file: 'cannot-complete-as-dialed', text: 'Your call cannot be completed as dialed.' },
  { file: 'check-number-dial-again', text: 'Please check the number and dial again.' },
  { file: 'conf-full', text: 'That conference is full.' },
  { file: 'conf-getchannel', text: 'Please enter the channel number followed by the pound key.' },
  {
    file: 'conf-getconfno',
    text: 'Please enter your conference number followed by the pound key.',
  },
  { file: 'conf-getpin', text: 'Please enter the conference pin number.' },
  { file: 'conf-invalid', text: 'That is not a valid conference number. Please try again.' },
  { file: 'conf-invalidpin', text: 'That pin is invalid for this conference.' },
  { file: 'conf-leaderhasleft', text: 'The leader has left the conference.' },
  { file: 'conf-lockednow', text: 'The conference is now locked.' },
  { file: 'conf-now-recording', text: 'The conference is now being recorded.' },
  { file: 'conf-onlyone', text: 'There is currently one other participant in the conference.' },
  { file: 'conf-onlyperson', text: 'You are currently the only person in this conference.' },
  { file: 'conf-placeintoconf', text: 'You will now be placed into the conference.' },
  { file: 'conf-waitforleader', text: 'The conference will begin when the leader arrives.' },
  { file: 'confbridge-conf-begin', text: 'The conference will now begin.' },
  { file: 'confbridge-invalid', text: 'You have entered an invalid option.' },
  {
    file: 'confbridge-lock-no-join',
    text: 'The conference is currently locked and cannot be joined.',
  },
  {
    file: 'confbridge-pin',
    text: 'Please enter your personal identification number followed by the pound, or hash key.',
  },
  { file: 'confbridge-removed', text: 'You have been removed from the conference.' },
  { file: 'demo-echodone', text: 'The echo test has been completed.' },
  { file: 'demo-nomatch', text: "I'm sorry there are no matches for those keywords." },
  { file: 'dir-nomatch', text: 'No directory entries match your search.' },
  { file: 'enter-num-blacklist', text: 'Please enter the number to be blacklisted.' },
  { file: 'feature-not-avail-line', text: 'That feature is not available on this line.' },
  { file: 'info-about-last-call', text: 'Information about your last call.' },
  { file: 'invalid', text: "I am sorry, that's not a valid extension. Please try again." },
  { file: 'number-not-answering', text: 'The number is not answering.' },
  { file: 'one-moment-please', text: 'One moment, please.' },
  { file: 'please-try-call-later', text: 'Please try your call again later.' },
  { file: 'pls-hold-while-try', text: 'Please hold while we try to connect you.' },
  { file: 'pm-invalid-option', text: 'That option is invalid. Please try again.' },
  {
    file: 'priv-introsaved',
    text: 'Thank you. Please hold, while I attempt to connect you with your party.',
  },
  { file: 'priv-recordintro', text: 'At the tone, please say your name.' },
  { file: 'privacy-incorrect', text: "I'm sorry, that number is not valid." },
  { file: 'privacy-prompt', text: 'Please enter your phone number, starting with the area code.' },
  {
    file: 'privacy-unident',
    text: 'The party you are trying to reach does not accept unidentified calls.',
  },
  { file: 'queue-callswaiting', text: 'Waiting to speak with a representative.' },
  { file: 'queue-thankyou', text: 'Thank you for your patience.' },
  {
    file: 'queue-youarenext',
    text: 'Your call is now first in line and will be answered by the next available representative.',
  },
  {
    file: 'ss-noservice',
    text: 'The number you have dialed is not in service. Please check the number and try again.',
  },
  { file: 'transfer', text: 'Please hold while I try that extension.' },
  { file: 'vm-dialout', text: 'Please wait while I connect your call.' },
  { file: 'vm-enter-num-to-call', text: 'Please enter the number you wish to call.' },
  { file: 'vm-invalidpassword', text: 'That is not a valid password. Please try again.' },
  {
    file: 'vm-mismatch',
    text: 'The passwords you entered and re entered did not match. Please try again.',
  },
  { file: 'vm-msgforwarded', text: 'Your message has been successfully forwarded.' },
  { file: 'vm-msgsaved', text: 'Your message has been saved.' },
  { file: 'vm-newpassword', text: 'Please enter your new password followed by the pound key.' },
  { file: 'vm-nobodyavail', text: 'Nobody is available to take your call at the moment.' },
  { file: 'vm-passchanged', text: 'Your passwords have been changed.' },
  { file: 'vm-rec-name', text: 'After the tone say your name and then press the pound key.' },
  { file: 'vm-sorry', text: "I'm sorry I did not understand your response." },
  { file: 'vm-whichbox', text: 'To leave a message, please enter a mailbox number.' },
];

/** What the caller may say, spoken by a synthetic voice. */
export const CALLER_SENTENCES: readonly string[] = [
  'Hello, I am calling about my last invoice.',
  'I would like to speak with a person, please.',
  'My internet connection stopped working this morning.',
  'Can you tell me when the technician will arrive?',
  'I ordered a new telephone two weeks ago.',
  'The package never arrived at my address.',
  'I want to change the date of my appointment.',
  'Could you repeat the last sentence, please?',
  'I have been waiting for twenty minutes.',
  'The line was very bad, I did not hear you.',
  'Please send the contract to my office.',
  'How much does the larger plan cost every month?',
  'I paid the bill on Monday, but the reminder came today.',
  'The account belongs to my daughter.',
  'Is there a number that I can call at the weekend?',
  'I forgot my password and the letter is lost.',
  'The engineer said that the cable is broken.',
  'I do not have a pen, just a moment.',
  'Yes, that is correct, thank you.',
  'No, I have never used the service before.',
  'I moved to another city in September.',
  'My number ends with four seven one nine.',
  'We need three more licenses for our team.',
  'Would it be possible to get a refund?',
  'The machine shows a red light and a warning.',
  'I spoke with one of your colleagues yesterday.',
  'He promised that somebody would call me back.',
  'That is exactly what I wanted to know.',
  'Thank you for your help, goodbye.',
  'Let me think about it until tomorrow.',
  'I will write the answer down, go ahead.',
  'Please close the old account at the end of the year.',
];

/** Everything that may be said in a demo call, one sentence a line: its custom language model. */
export function demoLanguageModelText(): string {
  return [...AGENT_PROMPTS.map(({ text }) => text), ...CALLER_SENTENCES].join('\n');
}
