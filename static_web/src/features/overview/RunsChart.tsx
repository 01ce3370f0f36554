import { useNavigate } from "react-router";
import type { RunsOfDay } from "@/api/types";
import { RUN_OUTCOMES, runsOfDay } from "@/features/overview/chartDays";
import { StackedDays } from "@/features/overview/StackedDays";

const COLORS: Record<(typeof RUN_OUTCOMES)[number][0], string> = {
  completed: "var(--chart-green)",
  completedWithFailures: "var(--chart-orange)",
  failed: "var(--chart-red)",
  abandoned: "var(--chart-purple)",
  cancelled: "var(--chart-grey)",
  inProgress: "var(--chart-blue)",
};

/** Draws how the runs of each of the last days went. A click shows that day's runs. */
export default function RunsChart({ days }: { days: RunsOfDay[] }) {
  const navigate = useNavigate();
  const used = RUN_OUTCOMES.filter(([outcome]) => days.some((day) => day[outcome]));
  const stacked = days.map((day) => ({
    day: day.day,
    parts: used.map(([outcome, name]) => ({
      ...{ name, count: day[outcome] ?? 0, color: COLORS[outcome] },
      onClick: () => void navigate(runsOfDay(day.day)),
    })),
  }));
  return <StackedDays title="Runs by day and outcome" days={stacked} />;
}
