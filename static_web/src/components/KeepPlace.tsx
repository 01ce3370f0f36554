import type { ReactNode } from "react";

/** Keeps the place of its content free until it is known whether the content is shown. */
export function KeepPlace({ until, children }: { until: boolean; children: ReactNode }) {
  return <div style={{ visibility: until ? "visible" : "hidden" }}>{children}</div>;
}
