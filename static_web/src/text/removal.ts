/** What the platform said of a revocation. Only what was seen is called seen; where access is only recorded, nothing. */
import type { TimelineEvent } from "@/api/types";
import { formatMoment } from "@/text/format";

export type RemovalProof = Pick<TimelineEvent, "removal" | "verifiedAt" | "stillEffectiveThrough">;

export function removalText({ removal, verifiedAt, stillEffectiveThrough }: RemovalProof): string | null {
  const seen = verifiedAt ? formatMoment(verifiedAt) : "";
  switch (removal) {
    case "removed":
      return `seen gone ${seen}`;
    case "alreadyGone":
      return `was gone already, seen ${seen}`;
    case "superseded":
      return `nothing was taken away: ${stillEffectiveThrough ?? "another request"} gives the same`;
    case "removedInError":
      return "taken away from somebody who should have it";
    default:
      return null;
  }
}
