import { useQuery } from "@tanstack/react-query";
import { readCaller } from "@/api/caller";

export interface CallerRights {
  /** Until it is known who calls, nothing is offered and nothing is denied. */
  isKnown: boolean;
  mayRequest: boolean;
  mayOperate: boolean;
}

/** Who is signed in and what to offer them; the server decides again. Without accounts everything is offered. */
export function useCaller() {
  const { data: caller, isPending } = useQuery({
    queryKey: ["caller"],
    queryFn: readCaller,
    staleTime: Infinity,
    retry: false,
  });
  const may = (role: "request" | "operate") => caller === null || caller?.roles.includes(role) === true;
  const rights: CallerRights = { isKnown: !isPending, mayRequest: may("request"), mayOperate: may("operate") };
  return { caller: caller ?? null, ...rights };
}
