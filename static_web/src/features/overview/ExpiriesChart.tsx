import { useNavigate } from "react-router";
import type { Overview } from "@/api/types";
import { expiriesByDay } from "@/features/overview/chartDays";
import { StackedDays } from "@/features/overview/StackedDays";
import { PLATFORM_TITLES } from "@/platforms";

const COLORS = { databricks: "var(--chart-blue)", palantir: "var(--chart-orange)" };

/** What expires on each of the next days; a click shows that day's list. */
export default function ExpiriesChart({ overview }: { overview: Overview }) {
  const navigate = useNavigate();
  const days = expiriesByDay(overview).map(({ day, counts }) => ({
    day,
    parts: counts.map(({ platform, count, href }) => ({
      ...{ name: PLATFORM_TITLES[platform], count, color: COLORS[platform] },
      onClick: () => void navigate(href),
    })),
  }));
  return <StackedDays title="Requests that expire, by day and platform" days={days} />;
}
