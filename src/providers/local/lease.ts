import { ProviderError } from '../../core/errors';
import { type Live, request } from './health';

/**
 * Keeps the runtime alive for as long as this process lives, without keeping this process alive. `lost` is called once, when
 * the runtime has ended.
 */
export async function holdLease(live: Live, lost: () => void): Promise<void> {
  const response = await request(live, '/function-deck/lease', {}).catch((cause: unknown) => {
    throw new ProviderError('network', 'The local runtime ended just after it was found; try again, which starts it anew.', { cause });
  });
  if (response.statusCode !== 200) {
    response.destroy();
    throw new ProviderError('auth', 'Something else answers in place of the local runtime; end the program that took its port and try again.');
  }
  response.socket.unref();
  response.resume();
  // A runtime that is killed ends the answer with an error, which says no more than that it is gone.
  response.on('error', () => response.destroy());
  response.on('close', lost);
}
