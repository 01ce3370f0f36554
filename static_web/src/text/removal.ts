/** What revoking does at the platform, and what is known of a removal. Only what was confirmed is called confirmed. */
import type { TimelineEvent } from "@/api/types";
import { formatMoment } from "@/text/format";

export type RemovalProof = Pick<TimelineEvent, "removal" | "verifiedAt" | "stillEffectiveThrough">;

export function removalText({ removal, verifiedAt, stillEffectiveThrough }: RemovalProof): string | null {
  const when = verifiedAt ? formatMoment(verifiedAt) : "";
  switch (removal) {
    case "removed":
      return `confirmed removed ${when}`;
    case "alreadyGone":
      return `already removed, confirmed ${when}`;
    case "superseded":
      return `nothing was removed: ${stillEffectiveThrough ?? "another request"} gives the same access`;
    case "removedInError":
      return "removed although it should have stayed";
    default:
      return null;
  }
}

/** Returns what revoking does at the platform; `removesAccess` is null while that is not known. */
export function revokeEffect(removesAccess: boolean | null, platformTitle: string, isOne: boolean): string {
  if (removesAccess === null) return `It is not known whether this also removes ${isOne ? "the grant" : "the grants"} in ${platformTitle}.`;
  if (!removesAccess) {
    return `${isOne ? "The request is" : "The requests are"} marked as revoked. Nothing changes in ${platformTitle} itself.`;
  }
  return isOne
    ? `The grant is removed in ${platformTitle}. The request is recorded as revoked once the removal is confirmed.`
    : `Grants are removed in ${platformTitle}. Only those confirmed removed are recorded as revoked.`;
}

export const REVOKE_IS_FINAL = "You cannot undo this. To get access again, create a new request.";
