import { campaignTasks } from '../../chaos/campaign/tasks';
import { parseOptions } from '../../chaos/options';
import { KIND_NAMES } from '../../chaos/plan/kinds';

describe('campaignTasks', () => {
  const tasks = campaignTasks([], 1, 50);

  it('asks for each kind of the matrix, alone, and for so many calls struck', () => {
    const matrix = tasks.filter(({ part }) => part === 'matrix');

    expect(matrix.map(({ title }) => title).sort()).toEqual([...KIND_NAMES].sort());
    expect(matrix.every(({ struck }) => struck === 50)).toBe(true);
  });

  it('has only those kinds in its matrix that are asked for', () => {
    const titles = campaignTasks(['matrix'], 1, 50, ['fin', 'sigkill']).map(({ title }) => title);

    expect(titles).toEqual(['sigkill', 'fin']);
  });

  it('is made of command lines that the command takes', () => {
    for (const { args } of tasks) {
      expect(parseOptions(['node', 'chaos', ...args]).seed).toBeGreaterThan(0);
    }
  });

  it('is not asked for kinds of a matrix that it does not have', () => {
    const exit = jest.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Error(`exit ${code}`);
    });
    const say = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const full = ['node', 'chaos', '--full', '--only', 'fin', '--part'];
    try {
      expect(() => parseOptions([...full, 'seeds'])).toThrow('exit 1');
      expect(say.mock.calls.join()).toContain('--part leaves out');
      expect(parseOptions([...full, 'seeds,matrix']).only).toEqual(['fin']);
    } finally {
      exit.mockRestore();
      say.mockRestore();
    }
  });

  it('is the parts that are asked for', () => {
    const parts = new Set(campaignTasks(['seeds', 'sabotage'], 1, 50).map(({ part }) => part));

    expect(parts).toEqual(new Set(['seeds', 'sabotage']));
  });
});
