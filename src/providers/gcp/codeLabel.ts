/** Who deployed a function: gcloud and the console write their own names there, and so take back what the other label says. */
export const toolLabel = 'deployment-tool';
export const tool = 'function-deck';
/** The package's hash in the only letters that a label may have. */
export const codeLabel = 'function-deck-code';

const letters = 'abcdefghijklmnopqrstuvwxyz234567';

/** The labels of a deploy. `hash` is base64, as `DeploymentPackage.hash` has it. */
export function labelsFor(hash: string): Readonly<Record<string, string>> {
  return { [toolLabel]: tool, [codeLabel]: toBase32(Buffer.from(hash, 'base64')) };
}

/** The hash of the package that a function was last deployed with, in base64; `undefined` when somebody else deployed it. */
export function hashIn(labels: Readonly<Record<string, unknown>>): string | undefined {
  const text = labels[codeLabel];
  if (labels[toolLabel] !== tool || typeof text !== 'string' || !/^[a-z2-7]{52}$/.test(text)) return undefined;
  return fromBase32(text).toString('base64');
}

/** https://datatracker.ietf.org/doc/html/rfc4648#section-6, in lower case and without padding. */
function toBase32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => letters[parseInt(group.padEnd(5, '0'), 2)]).join('');
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => parseInt(byte, 2)));
}
