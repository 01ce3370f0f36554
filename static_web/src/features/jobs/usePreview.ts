import { useQuery } from "@tanstack/react-query";
import { previewJob } from "@/features/jobs/jobCalls";
import type { JobKind } from "@/paths";
import type { Platform } from "@/platforms";

/** Reads what a run would do, each time its dialog opens. */
export function usePreview<Preview>(platform: Platform, job: JobKind, query: URLSearchParams, isOpen: boolean) {
  return useQuery({
    queryKey: ["preview", platform, job, query.toString()],
    queryFn: ({ signal }) => previewJob<Preview>(platform, job, query, signal),
    enabled: isOpen,
    staleTime: 0,
    gcTime: 0,
  });
}
