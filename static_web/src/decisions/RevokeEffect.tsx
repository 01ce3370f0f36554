import { useCaller } from "@/hooks/useCaller";
import { PLATFORMS, type Platform } from "@/platforms";

/** Says what a revocation does at the platform, as far as that is known. */
export function RevokeEffect({ platform, isOne }: { platform: Platform; isOne: boolean }) {
  const { removesAccess } = useCaller();
  return (
    <p>
      {effectText(removesAccess(platform), PLATFORMS[platform].title, isOne)} You cannot undo this. To get access again,
      create a new request.
    </p>
  );
}

function effectText(removesAccess: boolean | null, title: string, isOne: boolean): string {
  const request = isOne ? "The request is" : "The requests are";
  if (removesAccess === null) return `It is not known whether this also removes ${isOne ? "the grant" : "the grants"} in ${title}.`;
  if (!removesAccess) return `${request} marked as revoked at once, in your name. Nothing changes in ${title} itself.`;
  return isOne
    ? `The grant is removed in ${title}. The request is recorded as revoked once the removal is confirmed.`
    : `Grants are removed in ${title}. Only those confirmed removed are recorded as revoked.`;
}
