import { VerticalStackedBarChart } from "@fluentui/react-charts";
import { formatDate, formatNumber, formatShortDate } from "@/text/format";

interface StackedDay {
  day: string;
  parts: { name: string; count: number; color: string; onClick: () => void }[];
}

interface Props {
  title: string;
  days: StackedDay[];
}

const HEIGHT = 220;
const DAYS_PER_TICK = 7;
const MARGINS = { left: 36, right: 8, top: 8, bottom: 32 };

const keyOf = (day: string | undefined, name: string) => `${day} ${name}`;

/** A bar for each day, of parts that the legend names; a click on a part follows it. */
export function StackedDays({ title, days }: Props) {
  const clicks = new Map<string, () => void>();
  const data = days.map(({ day, parts }) => {
    const shown = formatDate(day);
    const chartData = parts.map(({ name, count, color, onClick }) => {
      clicks.set(keyOf(shown, name), onClick);
      const callOutAccessibilityData = { ariaLabel: `${shown}, ${name}: ${formatNumber(count)}` };
      const callout = { xAxisCalloutData: shown, yAxisCalloutData: formatNumber(count), callOutAccessibilityData };
      return { legend: name, data: count, color, ...callout };
    });
    // by its name: on an axis of dates the kit rounds the axis outwards, but not the bars, which then miss their days
    return { xAxisPoint: formatShortDate(day), xAxisCalloutData: shown, chartData };
  });
  const most = Math.max(1, ...days.map(({ parts }) => parts.reduce((sum, { count }) => sum + count, 0)));
  return (
    <VerticalStackedBarChart
      chartTitle={title}
      data={data}
      height={HEIGHT}
      margins={MARGINS}
      barWidth="auto"
      maxBarWidth={18}
      hideLabels
      yAxisTickCount={Math.min(4, most)}
      yMaxValue={most}
      tickValues={data.filter((_, number) => number % DAYS_PER_TICK === 0).map(({ xAxisPoint }) => xAxisPoint)}
      hideTickOverlap
      onBarClick={(_, point) => "legend" in point && clicks.get(keyOf(point.xAxisCalloutData, point.legend))?.()}
    />
  );
}
