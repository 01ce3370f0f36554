import type { Caller } from "@/api/types";
import { useApi } from "@/hooks/useApi";
import { apiPaths } from "@/paths";
import type { Platform } from "@/platforms";

/** Returns who calls and what to offer them; the server decides again. Until that is known, nothing is offered or denied. */
export function useCaller() {
  const { data: caller = null, isPending, error, refetch } = useApi<Caller>(apiPaths.caller, { staleMs: Infinity });
  const may = (role: Caller["roles"][number]) => caller?.roles.includes(role) === true;
  /** Whether a revocation also removes the grant at the platform; null until that is known. */
  const removesAccess = (platform: Platform) => caller?.platforms.find((each) => each.platform === platform)?.removesAccess ?? null;
  // what is offered takes its place at once or never: whoever draws it waits while this is pending, but for no failure
  return { caller, isPending, error, refetch, isKnown: caller !== null, removesAccess, mayRequest: may("request"), mayOperate: may("operate") };
}
