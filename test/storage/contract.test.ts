/** What every implementation of the storage promises. A new one is a line in `IMPLEMENTATIONS`. */
import { describe, vi } from 'vitest';
import { describeBeats } from './contract/beats.ts';
import { describeBlobs } from './contract/blobs.ts';
import { describeCodes } from './contract/codes.ts';
import { describeDeliveries } from './contract/deliveries.ts';
import { describeDestinations } from './contract/destinations.ts';
import { describeHistory } from './contract/history.ts';
import { describeKeyedMessages } from './contract/keyed-messages.ts';
import { describeLease } from './contract/lease.ts';
import { describeLinks } from './contract/links.ts';
import { describeMutes } from './contract/mutes.ts';
import { describePeople } from './contract/people.ts';
import { describeRecords } from './contract/records.ts';
import { describeRotations } from './contract/rotations.ts';
import { describeRuns } from './contract/runs.ts';
import { describeUpdateLog } from './contract/update-log.ts';
import { makeFilesPlace } from './support/files-place.ts';
import type { Implementation } from './support/place.ts';

vi.mock('node:fs/promises', async (original) => {
  const { wrapDisk } = await import('./support/faulty-disk.ts');
  return wrapDisk(await original<typeof import('node:fs/promises')>());
});

const IMPLEMENTATIONS: readonly Implementation[] = [{ name: 'files', makePlace: makeFilesPlace }];

describe.each(IMPLEMENTATIONS)('stored in $name', (implementation) => {
  describeDeliveries(implementation);
  describeBlobs(implementation);
  describeHistory(implementation);
  describeLinks(implementation);
  describeDestinations(implementation);
  describeCodes(implementation);
  describeMutes(implementation);
  describePeople(implementation);
  describeRotations(implementation);
  describeKeyedMessages(implementation);
  describeRuns(implementation);
  describeBeats(implementation);
  describeUpdateLog(implementation);
  describeRecords(implementation);
  describeLease(implementation);
});
