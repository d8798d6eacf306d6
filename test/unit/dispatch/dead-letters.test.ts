import { parkedBody } from '../../../functions/dispatch/dead-letters';
import { sample } from './support';

it('keeps what is needed to see what went wrong, and no customer data', () => {
  const flow = parkedBody(sample('connect-flow-event'));
  const leg = parkedBody(sample('chime-started-caller'));

  expect(flow).toContain('callscribe_vocabulary_name');
  expect(flow).toContain('order_number');
  expect(leg).toContain('streamArn');
  for (const body of [flow, leg]) {
    expect(body).not.toMatch(/\+1202|sip:|recording xmlns|A-1001/);
  }
});

it('parks what is no object, and a note in place of what is too large', () => {
  expect(parkedBody(undefined)).toBe('null');
  expect(parkedBody({ Attributes: 'text' })).toBe('{"Attributes":"(removed)"}');
  expect(JSON.parse(parkedBody({ big: 'x'.repeat(2_000_000) }))).toMatchObject({ tooLarge: true });
});
