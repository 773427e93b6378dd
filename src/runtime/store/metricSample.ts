/** What is measured of calls. */
export const metricNames = ['Invocations', 'Errors', 'Throttles', 'Duration', 'ConcurrentExecutions'] as const;

export type MetricName = (typeof metricNames)[number];

/** Many values of one metric. */
export interface Sample {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** Some of the values, each with the same chance to be among them: all while they are few. Of durations only. */
  readonly values: readonly number[];
}

/** A sample that is still being taken. */
export interface OpenSample extends Sample {
  count: number;
  sum: number;
  min: number;
  max: number;
  readonly values: number[];
}

const keptValues = 200;

export function openSample(): OpenSample {
  return { count: 0, sum: 0, min: Infinity, max: -Infinity, values: [] };
}

export function addValue(sample: OpenSample, value: number, keeps: boolean): void {
  sample.count += 1;
  sample.sum += value;
  sample.min = Math.min(sample.min, value);
  sample.max = Math.max(sample.max, value);
  if (!keeps) return;
  const place = sample.values.length < keptValues ? sample.values.length : Math.floor(Math.random() * sample.count);
  if (place < keptValues) sample.values[place] = value;
}

export function mergeSamples(a: Sample | undefined, b: Sample): Sample {
  if (!a) return b;
  return { count: a.count + b.count, sum: a.sum + b.sum, min: Math.min(a.min, b.min), max: Math.max(a.max, b.max), values: mergeValues(a, b) };
}

// Of each side as many as its share of all values.
function mergeValues(a: Sample, b: Sample): readonly number[] {
  if (a.values.length + b.values.length <= keptValues) return [...a.values, ...b.values];
  const ofA = Math.min(a.values.length, Math.round((keptValues * a.count) / (a.count + b.count)));
  const ofB = Math.min(b.values.length, keptValues - ofA);
  return [...pick(a.values, ofA), ...pick(b.values, ofB)];
}

function pick(values: readonly number[], count: number): readonly number[] {
  const left = [...values];
  for (let index = 0; index < count; index++) {
    const other = index + Math.floor(Math.random() * (left.length - index));
    [left[index], left[other]] = [left[other] ?? 0, left[index] ?? 0];
  }
  return left.slice(0, count);
}

/** The statistic of that name, `p50` to `p99.9` among them; `undefined` for a name that is none. */
export function statistic(name: string): ((sample: Sample) => number) | undefined {
  if (Object.hasOwn(plain, name)) return plain[name];
  const percent = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(name)?.[1];
  return percent === undefined ? undefined : (sample) => percentile(sample, Number(percent));
}

const plain: Readonly<Record<string, (sample: Sample) => number>> = {
  SampleCount: (sample) => sample.count,
  Sum: (sample) => sample.sum,
  Average: (sample) => sample.sum / sample.count,
  Minimum: (sample) => sample.min,
  Maximum: (sample) => sample.max,
};

function percentile({ values, min, max }: Sample, percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (percent / 100) * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)] ?? min, sorted[Math.ceil(place)] ?? max];
  return low + (high - low) * (place - Math.floor(place));
}
