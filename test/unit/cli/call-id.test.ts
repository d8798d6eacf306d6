import { checkedCallId, newCallId } from '../../../local/cli/call-id';
import { CliError } from '../../../local/cli/cli-error';
import { CALL_ID_PATTERN } from '../../../shared/call';

describe('newCallId', () => {
  it('is a call id that sorts by time', () => {
    const id = newCallId(Date.UTC(2026, 0, 31, 10, 2, 3), () => 0.5);

    expect(id).toBe('cli-20260131T100203-iiii');
    expect(id).toMatch(CALL_ID_PATTERN);
  });
});

describe('checkedCallId', () => {
  it('passes a call id on', () => {
    expect(checkedCallId('req:a.b_c-1')).toBe('req:a.b_c-1');
  });

  it.each(['', 'two words', 'x'.repeat(129), 'a/b'])('refuses %j as wrong usage', (text) => {
    expect(() => checkedCallId(text)).toThrow(CliError);
  });
});
