import { useCaller } from "@/hooks/useCaller";
import { PLATFORMS, type Platform } from "@/platforms";
import { REVOKE_IS_FINAL, revokeEffect } from "@/text/removal";

/** Says what a revocation does at the platform, as far as that is known. */
export function RevokeEffect({ platform, isOne }: { platform: Platform; isOne: boolean }) {
  const { removesAccess } = useCaller();
  return (
    <p>
      {revokeEffect(removesAccess(platform), PLATFORMS[platform].title, isOne)} {REVOKE_IS_FINAL}
    </p>
  );
}
