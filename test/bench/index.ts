import { activationFigures } from './activation';
import { bundleFigures } from './bundle';
import { listFigures } from './list';
import { localFigures } from './local';
import { packagingFigures } from './packaging';
import { type Figure, table } from './report';

const parts: Readonly<Record<string, () => Promise<Figure[]>>> = {
  activation: activationFigures,
  bundle: bundleFigures,
  list: listFigures,
  local: localFigures,
  packaging: packagingFigures,
};

/** Measures everything, or the parts named on the command line, and prints one table. */
async function main(): Promise<void> {
  const names = process.argv.slice(2);
  const figures: Figure[] = [];
  for (const [name, measure] of Object.entries(parts)) {
    if (names.length === 0 || names.includes(name)) figures.push(...(await measure()));
  }
  console.log(table(figures));
}

void main();
