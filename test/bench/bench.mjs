#!/usr/bin/env node
/**
 * `npm run bench`: bundles the sources when they are newer than `dist/`, so that what is measured
 * is what stands in the clone, then runs the bundle.
 */
import { build, isFresh } from '../../local/build.mjs';

if (!(await isFresh())) await build();
await import('../../dist/bench/bench.mjs');
