import { useState } from "react";
import { useSearchParams } from "react-router";

const PARAMETER = "onlyFailedOf";

/** Returns the run whose failures the URL asks to retry: `?onlyFailedOf=`, as a run's page links here. */
export function useRetryFromUrl() {
  const [search, setSearch] = useSearchParams();
  const [onlyFailedOf, setOnlyFailedOf] = useState(search.get(PARAMETER) ?? "");
  /** A page that is loaded again does not ask again. */
  const leaveAddress = () =>
    setSearch(
      (before) => new URLSearchParams([...before].filter(([name]) => name !== PARAMETER)),
      { replace: true, preventScrollReset: true },
    );
  return { onlyFailedOf, leaveAddress, forget: () => setOnlyFailedOf("") };
}
