/** A function of a port, as far as a guard is concerned. */
type PortFunction = (...args: never[]) => unknown;

/** The names of the functions of a port that return a promise. */
type AsyncName<Port> = {
  [Name in keyof Port]: Port[Name] extends (...args: never[]) => Promise<unknown> ? Name : never;
}[keyof Port];

/**
 * Makes some functions of a port wait for a guard first.
 *
 * @param guard what it throws, those functions throw
 */
export function guarded<Port extends object>(
  port: Port,
  guard: () => Promise<void>,
  names: ReadonlyArray<AsyncName<Port>>,
): Port {
  const made = { ...port };
  for (const name of names) {
    const inner = port[name] as PortFunction;
    const outer: PortFunction = async (...args) => {
      await guard();
      return inner(...args);
    };
    Object.assign(made, { [name]: outer });
  }
  return made;
}
