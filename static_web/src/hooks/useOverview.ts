import type { Overview } from "@/api/types";
import { useApi } from "@/hooks/useApi";
import { apiPaths } from "@/paths";
import type { Platform } from "@/platforms";

const IDLE_MS = 30_000;
const RUNNING_MS = 5_000;

const aJobRuns = (overview: Overview) => overview.jobs.some(({ activeRun }) => activeRun !== null);

/** Reads the overview every half minute, and more often while a job runs. */
export function useOverview() {
  return useApi<Overview>(apiPaths.overview, {
    refreshMs: (overview) => (overview && aJobRuns(overview) ? RUNNING_MS : IDLE_MS),
  });
}

/** Returns a platform's figures; null until they are known. */
export function useFigures(platform: Platform) {
  const { data } = useOverview();
  return data?.platforms.find((figures) => figures.platform === platform) ?? null;
}
