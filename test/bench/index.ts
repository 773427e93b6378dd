import { activationFigures } from './activation';
import { bundleFigures } from './bundle';
import { googleListFigures } from './googleList';
import { heavyFigures } from './heavy';
import { listFigures } from './list';
import { localFigures } from './local';
import { packagingFigures } from './packaging';
import { floorFigures, peerFigures } from './peers';
import { type Figure, table } from './report';
import { restFigures } from './rest';

const parts: Readonly<Record<string, () => Promise<Figure[]>>> = {
  activation: activationFigures,
  bundle: bundleFigures,
  list: listFigures,
  'google-list': googleListFigures,
  local: localFigures,
  floor: floorFigures,
  rest: restFigures,
  packaging: packagingFigures,
};

/** Needs packages that are fetched for it alone, so it runs only when it is named. */
const optional: Readonly<Record<string, () => Promise<Figure[]>>> = { peers: peerFigures, heavy: heavyFigures };

/** Measures everything, or the parts named on the command line, and prints one table. */
async function main(): Promise<void> {
  const names = process.argv.slice(2);
  const figures: Figure[] = [];
  const chosen = names.length === 0 ? Object.keys(parts) : names;
  for (const name of chosen) {
    const measure = parts[name] ?? optional[name];
    if (!measure) throw new Error(`Nothing is called ${name}; there are ${Object.keys({ ...parts, ...optional }).join(', ')}.`);
    figures.push(...(await measure()));
  }
  console.log(table(figures));
}

void main();
