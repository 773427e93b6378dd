/** What time it is, and being called at a time; tests have their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls once, at that time or soon after it; what comes back calls it off. */
  at(time: number, run: () => void): () => void;
}

// A timer takes no time that is further away than some weeks, and it stands still while the machine sleeps.
const stepMs = 30_000;

export const systemClock: Clock = {
  now: () => Date.now(),
  at: (time, run) => {
    let timer: NodeJS.Timeout;
    const wait = () => {
      const ms = time - Date.now();
      timer = setTimeout(ms > 0 ? wait : run, Math.max(0, Math.min(ms, stepMs))).unref();
    };
    wait();
    return () => clearTimeout(timer);
  },
};
