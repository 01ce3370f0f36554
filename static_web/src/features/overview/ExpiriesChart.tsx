import { useNavigate } from "react-router";
import type { Overview } from "@/api/types";
import { expiriesByDay } from "@/features/overview/chartDays";
import { StackedDays } from "@/features/overview/StackedDays";
import { PLATFORMS } from "@/platforms";

/** Draws how many requests end on each of the next days. A click shows that day's list. */
export default function ExpiriesChart({ overview }: { overview: Overview }) {
  const navigate = useNavigate();
  const days = expiriesByDay(overview).map(({ day, counts }) => ({
    day,
    parts: counts.map(({ platform, count, href }) => ({
      ...{ name: PLATFORMS[platform].title, count, color: PLATFORMS[platform].chartColor },
      onClick: () => void navigate(href),
    })),
  }));
  return <StackedDays title="Requests that end, by day and platform" days={days} />;
}
