import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ERROR_CODES } from '../../../../shared/errors';
import { errorsPage } from '../../../../shared/errors/errors-page';
import { FAILURES } from '../../../../shared/errors/table';

const PAGE = readFileSync(join(__dirname, '../../../../docs/errors.md'), 'utf8');

describe('docs/errors.md', () => {
  it('is what the table says; `node shared/errors/generate-page.mjs` writes it', () => {
    expect(PAGE).toBe(errorsPage());
  });

  it('has one heading for each code, and each failure once below its own', () => {
    const headings = [...PAGE.matchAll(/^## (\S+)$/gm)].map(([, code]) => code);
    expect(headings).toEqual([...ERROR_CODES]);

    const sections = PAGE.split(/^## /m).slice(1);
    const places = sections.flatMap((section) => {
      const code = section.split('\n')[0];
      return [...section.matchAll(/^### (\S+)$/gm)].map(([, id]) => `${id} ${code}`);
    });
    expect(places.sort()).toEqual(FAILURES.map(({ id, code }) => `${id} ${code}`).sort());
  });

  it('leaves no placeholder unfilled', () => {
    expect(PAGE).not.toMatch(/\{\w+\}/);
  });
});

describe('the table of failures', () => {
  it('has every id once', () => {
    const ids = FAILURES.map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(FAILURES.map((failure) => [failure.id, failure] as const))(
    'says what happened, why and what to do: %s',
    (_id, { what, cause, cure }) => {
      for (const text of [what, cause, cure]) {
        expect(text).toMatch(/^\S.{5,}[^.\s]$/);
        expect(text).not.toMatch(/\n/);
      }
    },
  );
});
