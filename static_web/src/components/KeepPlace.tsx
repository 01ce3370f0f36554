import type { ReactNode } from "react";

/** Keeps the place of what is perhaps offered, until it is known whether it is. */
export function KeepPlace({ until, children }: { until: boolean; children: ReactNode }) {
  return <div style={{ visibility: until ? "visible" : "hidden" }}>{children}</div>;
}
