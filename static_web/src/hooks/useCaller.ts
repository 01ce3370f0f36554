import { useQuery } from "@tanstack/react-query";
import { readCaller } from "@/api/caller";

/** Who is signed in and what to offer them; the server decides again. Without accounts everything is offered. */
export function useCaller() {
  const { data: caller = null } = useQuery({
    queryKey: ["caller"],
    queryFn: readCaller,
    staleTime: Infinity,
    retry: false,
  });
  const may = (role: "request" | "operate") => caller === null || caller.roles.includes(role);
  return { caller, mayRequest: may("request"), mayOperate: may("operate") };
}
