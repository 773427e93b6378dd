import { mergeSamples, metricNames, statistic, type MetricName, type Sample } from '../store/metricSample';
import type { Minute } from '../store/metrics';
import type { Input, World } from './call';
import { ApiError } from './errors';
import { isObject, numberOf, textOf } from './input';

const namespace = 'AWS/Lambda';
const twoWeeksMs = 15 * 86_400_000;

/** One metric in one period after another. */
interface Series {
  readonly metric: string;
  readonly matches: (resource: string) => boolean;
  readonly periodMs: number;
}

export function getMetricData(input: Input, world: World): object {
  const { from, to } = timesOf(input);
  const queries = Array.isArray(input.MetricDataQueries) ? input.MetricDataQueries.filter(isObject) : [];
  if (!queries.length || queries.length > 500) throw missing('The parameter MetricDataQueries must have 1 to 500 members.');
  const ascending = input.ScanBy === 'TimestampAscending';
  const shown = queries.filter((query) => query.ReturnData !== false);
  return { MetricDataResults: shown.map((query) => answerQuery(query, world, from, to, ascending)), Messages: [] };
}

function answerQuery(query: Input, world: World, from: number, to: number, ascending: boolean): object {
  if (!isObject(query.MetricStat)) throw invalid('The local runtime computes no expressions over metrics: every query needs a MetricStat.');
  const stat = query.MetricStat;
  const series = seriesOf(isObject(stat.Metric) ? stat.Metric : {}, stat);
  const value = statOf(textOf(stat, 'Stat') ?? '', series.metric);
  const points = [...collect(series, world, from, to)].sort(([a], [b]) => (ascending ? a - b : b - a));
  const shown = { Id: textOf(query, 'Id'), Label: textOf(query, 'Label') ?? series.metric, StatusCode: 'Complete' };
  return { ...shown, Timestamps: points.map(([time]) => time / 1000), Values: points.map(([, sample]) => value(sample)) };
}

export function getMetricStatistics(input: Input, world: World): object {
  const { from, to } = timesOf(input);
  const series = seriesOf(input, input);
  const [names, percentiles] = [textsOf(input.Statistics), textsOf(input.ExtendedStatistics)];
  if (!names.length && !percentiles.length) throw missing('At least one of the parameters Statistics and ExtendedStatistics must be specified.');
  const unit = series.metric === 'Duration' ? 'Milliseconds' : 'Count';
  const points = [...collect(series, world, from, to)].map(([time, sample]) => {
    const values = (list: readonly string[]) => Object.fromEntries(list.map((name) => [name, statOf(name, series.metric)(sample)]));
    return { Timestamp: time / 1000, ...values(names), ...(percentiles.length ? { ExtendedStatistics: values(percentiles) } : {}), Unit: unit };
  });
  return { Label: series.metric, Datapoints: points };
}

/** The metrics of what ran in the last 15 days. */
export function listMetrics(input: Input, world: World): object {
  const metric = textOf(input, 'MetricName');
  const wanted = (Array.isArray(input.Dimensions) ? input.Dimensions : []).filter(isObject);
  if ((textOf(input, 'Namespace') ?? namespace) !== namespace) return { Metrics: [] };
  const minutes = world.metrics.read(Date.now() - twoWeeksMs, Date.now());
  const sets = [[], ...[...new Set(minutes.map(({ resource }) => resource))].sort().flatMap(dimensionSets)];
  const unique = [...new Map(sets.map((set) => [JSON.stringify(set), set])).values()].filter((set) => minutes.length && fits(set, wanted));
  const names = metricNames.filter((name) => metric === undefined || name === metric);
  return { Metrics: unique.flatMap((Dimensions) => names.map((MetricName) => ({ Namespace: namespace, MetricName, Dimensions }))) };
}

interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

function dimensionSets(resource: string): Dimension[][] {
  const name = { Name: 'FunctionName', Value: resource.split(':')[0] ?? resource };
  return [[name], [name, { Name: 'Resource', Value: resource }]];
}

function fits(set: readonly Dimension[], wanted: readonly Input[]): boolean {
  return wanted.every(({ Name, Value }) => set.some((one) => one.Name === Name && (Value === undefined || one.Value === Value)));
}

function collect(series: Series, world: World, from: number, to: number): Map<number, Sample> {
  const start = Math.floor(from / series.periodMs) * series.periodMs;
  const found = new Map<number, Sample>();
  for (const { time, resource, samples } of world.metrics.read(start, to)) {
    const sample = sampleOf(samples, series.metric);
    if (!sample || !series.matches(resource)) continue;
    const period = Math.floor(time / series.periodMs) * series.periodMs;
    found.set(period, mergeSamples(found.get(period), sample));
  }
  return found;
}

function sampleOf(samples: Minute['samples'], metric: string): Sample | undefined {
  return (metricNames as readonly string[]).includes(metric) ? samples[metric as MetricName] : undefined;
}

function seriesOf(metric: Input, { Period }: Input): Series {
  const periodSeconds = numberOf({ Period }, 'Period', 1, 86_400) ?? 60;
  if (periodSeconds > 60 && periodSeconds % 60) throw invalid('The parameter Period must be a multiple of 60.');
  const ours = textOf(metric, 'Namespace') === namespace;
  const fitting = matcherOf((Array.isArray(metric.Dimensions) ? metric.Dimensions : []).filter(isObject));
  return { metric: textOf(metric, 'MetricName') ?? '', matches: (resource) => ours && fitting(resource), periodMs: Math.max(60, periodSeconds) * 1000 };
}

// A set of dimensions that nothing is measured by has no data, as everywhere in this API.
function matcherOf(dimensions: readonly Input[]): (resource: string) => boolean {
  const values = new Map(dimensions.map(({ Name, Value }) => [Name, Value]));
  const [name, exact] = [values.get('FunctionName'), values.get('Resource')];
  const known = [...values.keys()].every((key) => key === 'FunctionName' || key === 'Resource');
  if (!known || (values.has('Resource') && !values.has('FunctionName'))) return () => false;
  return (resource) => (name === undefined || resource.split(':')[0] === name) && (exact === undefined || resource === exact);
}

function statOf(name: string, metric: string): (sample: Sample) => number {
  if (name.startsWith('p') && metric !== 'Duration') throw invalid(`The local runtime knows percentiles of Duration only, not of ${metric}.`);
  const found = statistic(name);
  if (!found) throw invalid(`The value ${name} for parameter Stat is not supported.`);
  return found;
}

function timesOf(input: Input): { from: number; to: number } {
  const [start, end] = [input.StartTime, input.EndTime].map((time) => (typeof time === 'number' ? time * 1000 : typeof time === 'string' ? Date.parse(time) : Number.NaN));
  if (start === undefined || end === undefined || Number.isNaN(start) || Number.isNaN(end)) throw missing('The parameters StartTime and EndTime must be specified.');
  if (start >= end) throw invalid('The parameter StartTime must be less than the parameter EndTime.');
  return { from: start, to: end };
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

const invalid = (message: string) => new ApiError(400, 'InvalidParameterValueException', message);
const missing = (message: string) => new ApiError(400, 'MissingRequiredParameterException', message);
