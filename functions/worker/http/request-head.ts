import { validateHeaderValue } from 'node:http';

/**
 * Request line and header lines of a POST, without the empty line that ends them. Throws, naming
 * the header (`ERR_INVALID_CHAR`), for a value that would end its line: a token that was read with
 * its newline would make two requests of one.
 */
export function postHead(path: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => {
    validateHeaderValue(name, value);
    return `${name}: ${value}\r\n`;
  });
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}`;
}
