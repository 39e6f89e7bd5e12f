import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { headerZone, localZone, shownZone } from '../../../src/runner/policy/time-zone.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';

describe('the variable TZ', () => {
  test.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    [':Europe/Berlin', 'Europe/Berlin'],
    ['posix/Europe/Berlin', 'Europe/Berlin'],
    ['/usr/share/zoneinfo/Europe/Berlin', 'Europe/Berlin'],
    [':/usr/share/zoneinfo/posix/Europe/Berlin', 'Europe/Berlin'],
    ['', 'UTC'],
    [':', 'UTC'],
    ['UTC0', 'UTC'],
    ['GMT+0:00', 'UTC'],
    ['CET-1', 'Etc/GMT-1'],
    ['<+14>-14', 'Etc/GMT-14'],
    ['<-03>3', 'Etc/GMT+3'],
    ['EST+5', 'Etc/GMT+5'],
  ])('%j is %s', (tz, zone) => {
    expect(localZone(tz)).toBe(zone);
    expect(shownZone(tz)).toBe(zone);
  });

  test.each([
    ['CET-1CEST,M3.5.0,M10.5.0/3', 'is a POSIX rule, not a time zone'],
    ['<+0530>-5:30', 'is not a time zone'],
    ['EST+13', 'is not a time zone'],
    ['Nowhere/Land', 'is not a time zone'],
    // libc has no such file and would take it for UTC; Node would take it for Berlin.
    ['europe/berlin', 'is not a time zone'],
    ['right/Europe/Berlin', 'is not a time zone'],
    ['/etc/passwd', 'is not a time zone'],
    ['/no/such/file', 'is not a time zone'],
    ['../../etc/passwd', 'is not a time zone'],
  ])('%j is refused', (tz, why) => {
    expect(() => localZone(tz)).toThrow(`TZ: ${JSON.stringify(tz)} ${why}: write a name such as Europe/Berlin.`);
    expect(shownZone(tz)).toBe('UTC');
  });

  test('may name a link to a zone, as /etc/localtime is one', async () => {
    const link = join(await temporaryFolder(), 'localtime');
    symlinkSync('/usr/share/zoneinfo/Europe/Berlin', link);
    expect(localZone(`:${link}`)).toBe('Europe/Berlin');
  });
});

describe('tz= in a header', () => {
  test.each(['Europe/Berlin', 'UTC', 'America/Argentina/Ushuaia'])('%s is taken', (name) => {
    expect(headerZone(name)).toBe(name);
  });

  test('that is misspelt is suggested', () => {
    expect(() => headerZone('Europe/Belrin')).toThrow(
      '# notify: tz: "Europe/Belrin" is not a time zone; did you mean Europe/Berlin?',
    );
  });

  test.each(['', 'Berlin', '+02:00', 'CET-1CEST', ':UTC'])('%j is refused', (name) => {
    expect(() => headerZone(name)).toThrow(`# notify: tz: ${JSON.stringify(name)} is not a time zone`);
  });
});
