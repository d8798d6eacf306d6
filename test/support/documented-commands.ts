import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { projectRoot } from '../../local/system/project-root';

export interface DocumentedCommand {
  /** Path of the page within the project. */
  readonly page: string;
  /** As it is written, on one line, without comment, redirection and `&`. */
  readonly line: string;
}

/** Every command in the shell blocks of README.md and docs/*.md, in their order. */
export function documentedCommands(): DocumentedCommand[] {
  const docs = readdirSync(join(projectRoot(), 'docs')).filter((name) => name.endsWith('.md'));
  const pages = ['README.md', ...docs.map((name) => `docs/${name}`)];
  return pages.flatMap((page) => {
    const text = readFileSync(join(projectRoot(), page), 'utf8');
    const blocks = text.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm);
    return [...blocks].flatMap(([, block = '']) =>
      commandsOf(block).map((line) => ({ page, line })),
    );
  });
}

function commandsOf(block: string): string[] {
  return block
    .replace(/\\\n\s*/g, '')
    .split(/\n|&&/)
    .map((line) => line.replace(/(^|\s)(#|>|&).*$/, '').trim())
    .filter((line) => line !== '');
}
