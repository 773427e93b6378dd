export { addTrigger } from './add';
export { copyTriggerUrl } from './copyUrl';
export { removeTrigger } from './remove';
export { turnTrigger } from './turn';
