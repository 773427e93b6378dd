import { Deck, keepFailures } from './deck';

const broken = `interface Order { readonly items: readonly string[] }

export const handler = async (event: Order): Promise<number> => {
  console.log('counting');
  return count(event);
};

function count(order: Order): number {
  return order.items.length;
}
`;

describe('a TypeScript function on the local runtime, by clicks', () => {
  let deck: Deck;
  before(async () => {
    deck = await Deck.open({ userSettings: { 'workbench.colorTheme': 'Default Dark Modern' } });
    await deck.openView();
  });
  after(() => deck.close());
  keepFailures(() => deck);

  it('is scaffolded, compiled and invoked from its folder', async () => {
    await deck.newFunction('shop', 'TypeScript', 'HTTP API');
    await deck.clickIcon(deck.row('shop', 'Source Folders'), 'Deploy');
    await deck.clickNotification('shop runs live', 'Invoke');
    await deck.result().getByText('Hello, Ada!').first().waitFor();
  });

  it('runs what is saved, and points at the TypeScript line when it breaks', async () => {
    await deck.replaceText('index.ts', broken);
    await deck.clickIcon(deck.row('shop', 'Functions'), 'Invoke');
    await deck.result().getByText('TypeError').first().waitFor();
    await deck.result().getByText('index.ts:9').first().click();
    await deck.page.locator('.statusbar-item', { hasText: 'Ln 9' }).waitFor();
  });

  it('points at the TypeScript line that cannot be compiled', async () => {
    await deck.replaceText('index.ts', broken.replace('return order', 'retrun order'));
    await deck.clickIcon(deck.row('shop', 'Functions'), 'Invoke');
    await deck.result().getByText('Runtime.UserCodeSyntaxError').first().waitFor();
    await deck.result().getByText('index.ts:9').first().click();
    await deck.page.locator('.squiggly-error').first().waitFor();
  });
});
