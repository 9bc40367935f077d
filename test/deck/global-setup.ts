// One package and one local cloud for all stories of the deck; each file plays with pools of its own names.
import type { TestProject } from 'vitest/node';
import { type CloudGround, makeCloud, removeCloud } from './ground/cloud.ts';
import { buildPackage, removePackage } from './ground/package.ts';
import { checkRecording } from './ground/recording.ts';

declare module 'vitest' {
  interface ProvidedContext {
    cloud: CloudGround;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const pack = await buildPackage();
  try {
    const cloud = await makeCloud(pack, process.env['DECK_FAULT_SEED']);
    project.provide('cloud', cloud);
    return async () => {
      try {
        checkRecording(cloud.home);
      } finally {
        await removeCloud(cloud);
        await removePackage(pack);
      }
    };
  } catch (error) {
    await removePackage(pack);
    throw error;
  }
}
