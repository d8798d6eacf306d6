import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const DOCKERFILE = 'functions/worker/Dockerfile';
const BUNDLE_FOLDER = 'dist/worker';
const IMAGE_FOLDER = 'dist/image';
const BUNDLE_FILES = ['main.cjs', 'main.cjs.map'];

/** Bundles worker and dispatch into `dist/` as `npm run build` does; it says nothing unless it fails. */
export function buildBundles(root: string): void {
  const { status } = spawnSync(process.execPath, ['local/build.mjs'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('the bundles could not be built; `npm run build` shows why');
}

/**
 * Puts the Dockerfile and the bundled worker into one folder, and nothing else, so that the image
 * is rebuilt when one of them changes and only then. Returns the folder. No Docker is needed.
 */
export function stageWorkerImage(root: string): string {
  const folder = join(root, IMAGE_FOLDER);
  mkdirSync(folder, { recursive: true });
  for (const file of BUNDLE_FILES) {
    copyFileSync(join(root, BUNDLE_FOLDER, file), join(folder, file));
  }
  copyFileSync(join(root, DOCKERFILE), join(folder, 'Dockerfile'));
  return folder;
}
