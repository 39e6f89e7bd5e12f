import { didYouMean } from '../text/did-you-mean.ts';

/** Whether Node knows a time zone by this name. */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Whether a text names the time zone of a place, such as `Europe/Berlin` or `UTC`. */
export function isNamedZone(text: string): boolean {
  // A distance such as +02:00 is none of a place, and newer versions of Node alone know it.
  return /^[A-Za-z]/.test(text) && isZone(text);
}

/** Why a text is no time zone, to follow the name of its field: `"Europe/Belrin" is not a time zone; did you mean …?` */
export function notZone(text: string): string {
  const meant = didYouMean(text, Intl.supportedValuesOf('timeZone'));
  const next = meant === undefined ? ': write a name such as Europe/Berlin.' : `; did you mean ${meant}?`;
  return `${JSON.stringify(text)} is not a time zone${next}`;
}

/** The zone of this host, looked up when it is first needed: that takes 12 ms and 8 MB. */
export function createServerZone(): () => string {
  let zone: string | undefined;
  return () => {
    zone ??= Intl.DateTimeFormat().resolvedOptions().timeZone;
    return zone;
  };
}
