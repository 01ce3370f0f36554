export type TestMode = { kind: "normal" } | { kind: "random" } | { kind: "picked"; emails: string[] };

/** More addresses would make the URL longer than servers accept. */
export const MAX_PICKED_EMAILS = 50;

export function testModeQuery(mode: TestMode): URLSearchParams {
  const query = new URLSearchParams();
  if (mode.kind === "random") query.set("simulateFailures", "true");
  if (mode.kind === "picked") for (const email of mode.emails) query.append("failEmail", email);
  return query;
}
