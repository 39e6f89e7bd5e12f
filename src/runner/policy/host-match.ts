/** Whether a script's `host=` names this host: with its domain as it is, without one by the first part of the name. */
export function isHost(wanted: string, name: string): boolean {
  const [asked, own] = [wanted.toLowerCase(), name.toLowerCase()];
  return asked === own || (!asked.includes('.') && asked === own.split('.')[0]);
}
