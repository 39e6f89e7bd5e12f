/** What a run measured, and what it must reach. */
interface Figure {
  readonly what: string;
  readonly measured: string;
  readonly most: string;
}

/** How many times as long as they shall take things may take before a test fails: computers are shared and noisy. */
export const PATIENCE = 10;

export interface Figures {
  /** Notes one down. @param most the bound, where there is one */
  add(what: string, measured: number, unit: string, most?: number): void;
  /** Prints them all as one table. */
  print(): void;
}

const rounded = (value: number) => (value >= 100 ? value.toFixed(0) : String(Number(value.toFixed(2))));

/** Starts with none. */
export function createFigures(): Figures {
  const figures: Figure[] = [];
  return {
    add(what, measured, unit, most) {
      const show = (value: number) => `${rounded(value)} ${unit}`.trim();
      figures.push({ what, measured: show(measured), most: most === undefined ? '' : show(most) });
    },
    print() {
      if (figures.length === 0) return;
      const rows = [{ what: '', measured: 'measured', most: 'at most' }, ...figures];
      const width = (column: keyof Figure) => Math.max(...rows.map((row) => row[column].length));
      const lines = rows.map(({ what, measured, most }) =>
        [what.padEnd(width('what')), measured.padStart(width('measured')), most.padStart(width('most'))].join('  '),
      );
      console.log(lines.join('\n'));
    },
  };
}
