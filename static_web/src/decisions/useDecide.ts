import { useMutation } from "@tanstack/react-query";
import { call } from "@/api/http";
import type { DecisionOutcomes, FindingOutcomes, RequestDetails } from "@/api/types";
import { useRefresh } from "@/hooks/useApi";
import { apiPaths, type Decision, type FindingVerb } from "@/paths";
import type { Platform } from "@/platforms";

/** As long as a Static Web App waits: a platform may need time for many requests. */
const TIMEOUT_MS = 45_000;

type Id = RequestDetails["id"];

/** What a decision carries beside its requests. */
export type DecisionDetails = Partial<Record<"expiresOn" | "businessReason" | "reason" | "until", string>>;

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

interface Act {
  verb: FindingVerb;
  ids: number[];
  details: DecisionDetails;
}

/** Acts on findings of a platform; each has an outcome of its own. */
export function useActOnFindings(onDone: (answer: FindingOutcomes, act: Act) => void) {
  return useDecision(
    ({ platform, verb, ids, details }: Act & { platform: Platform }) =>
      call<FindingOutcomes>(apiPaths.actOnFindings(platform, verb), { ...POST, body: { ids, ...details } }),
    onDone,
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
