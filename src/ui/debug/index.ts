/** What debugging is made of, as a bundle of its own. */
export { describeAdapter } from './adapter';
export { debug } from '../commands/debug';
export { complete, infer, offer } from './configuration';
