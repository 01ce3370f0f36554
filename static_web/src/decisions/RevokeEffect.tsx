import { useFigures } from "@/hooks/useOverview";
import { PLATFORMS, type Platform } from "@/platforms";

/** What a revocation does: at the platform where one is connected, otherwise on record only. */
export function RevokeEffect({ platform, isOne }: { platform: Platform; isOne: boolean }) {
  const { title } = PLATFORMS[platform];
  const figures = useFigures(platform);
  const takesAccessAway = figures !== null && figures.stillHeldCount !== null;
  return (
    <p>
      {takesAccessAway
        ? `${title} is called: ${isOne ? "the grant is" : "the grants are"} taken away there, and only what is seen gone is recorded as revoked.`
        : `${isOne ? "It is" : "They are"} marked as revoked at once, in your name. ${title} itself is not called.`}{" "}
      This cannot be taken back here: to get access again, a new request is needed.
    </p>
  );
}
