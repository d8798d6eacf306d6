/** The part of the untyped `dynalite` package that the bench uses. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    readonly createTableMs?: number;
    readonly ssl?: boolean;
    readonly key?: string;
    readonly cert?: string;
    readonly ca?: string;
  }

  export default function dynalite(options: DynaliteOptions): Server;
}
