#!/usr/bin/env node
/**
 * `npm run chaos`: bundles the sources when they are newer than `dist/`, so that what is proved
 * is what stands in the clone, then runs the bundle.
 */
import { build, isFresh } from '../../local/build.mjs';

if (!(await isFresh())) await build();
await import('../../dist/chaos/chaos.mjs');
