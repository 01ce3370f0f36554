import { useMutation } from "@tanstack/react-query";
import { call } from "@/api/http";
import type { DecisionOutcomes, RequestDetails } from "@/api/types";
import { useRefresh } from "@/hooks/useApi";
import { apiPaths, type Decision } from "@/paths";
import type { Platform } from "@/platforms";

/** As long as a Static Web App waits: a platform may need time for many requests. */
const TIMEOUT_MS = 45_000;

type Id = RequestDetails["id"];

/** What a decision carries beside its requests. */
export type DecisionDetails = Partial<Record<"expiresOn" | "businessReason" | "reason", string>>;

interface Decided {
  decision: Decision;
  details?: DecisionDetails | undefined;
}

/** Decides about one request. */
export function useDecideOne(platform: Platform, id: Id, onDecided: () => void) {
  return useDecision(
    ({ decision, details }: Decided) => call(apiPaths.decideOne(platform, id, decision), { ...POST, ...(details && { body: details }) }),
    onDecided,
  );
}

/** Decides about many requests; each has an outcome of its own. */
export function useDecideMany(platform: Platform, onDecided: (answer: DecisionOutcomes, decided: Decided) => void) {
  return useDecision(
    ({ decision, ids, details }: Decided & { ids: Id[] }) =>
      call<DecisionOutcomes>(apiPaths.decideMany(platform, decision), { ...POST, body: { ids, ...details } }),
    onDecided,
  );
}

const POST = { method: "POST", timeoutMs: TIMEOUT_MS } as const;

/** Reads everything in view again before the decision counts as made, so that nothing old stays in view. */
function useDecision<Asked, Answer>(decide: (asked: Asked) => Promise<Answer>, onDecided: (answer: Answer, asked: Asked) => void) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: decide,
    onSuccess: async (answer, asked) => {
      await refresh();
      onDecided(answer, asked);
    },
    onError: () => void refresh(),
  });
}
