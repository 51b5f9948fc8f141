import { type Chart, ordered, takenInLastYear, takingOf } from './chart.ts';
import { daysBetween } from './days.ts';

interface Overlap {
  readonly anticoagulant: string | null;
  readonly nsaid: string | null;
  readonly since: string;
  readonly dayCount: number;
}

export const anticoagulantNsaid = (chart: Chart) => {
  const { codes } = chart;
  const recent = (id: 'anticoagulant' | 'nsaid') =>
    ordered(chart, codes[id]).filter((request) => takenInLastYear(request, chart));
  const anticoagulants = recent('anticoagulant');
  const nsaids = anticoagulants.length === 0 ? [] : recent('nsaid');
  let days: number | null = null;
  let longest: Overlap | null = null;
  for (const a of anticoagulants)
    for (const n of nsaids) {
      const [first, second] = [takingOf(a), takingOf(n)];
      if (!first || !second || first[0] > second[1] || second[0] > first[1]) continue;
      const since = first[0] > second[0] ? first[0] : second[0];
      const until = first[1] < second[1] ? first[1] : second[1];
      const overlap = {
        anticoagulant: a.id ?? null,
        nsaid: n.id ?? null,
        since,
        dayCount: daysBetween(since, until) + 1,
      };
      days = (days ?? 0) + overlap.dayCount;
      if (!longest || comesBefore(overlap, longest)) longest = overlap;
    }
  return { 'Is Overlapping': longest !== null, 'Days Together': days, 'Longest Overlap': longest };
};

const comesBefore = (a: Overlap, b: Overlap): boolean => {
  if (a.dayCount !== b.dayCount) return a.dayCount > b.dayCount;
  if (a.since !== b.since) return a.since < b.since;
  if (a.nsaid !== b.nsaid) return (a.nsaid ?? '') < (b.nsaid ?? '');
  return (a.anticoagulant ?? '') < (b.anticoagulant ?? '');
};
