import type { RevokePreview } from "@/api/types";
import { PreviewDialog } from "@/features/jobs/PreviewDialog";
import type { ConfirmedRun } from "@/features/jobs/useConfirmedRun";
import { usePreview } from "@/features/jobs/usePreview";
import { countOf, formatDate, formatNumber } from "@/format";
import { PLATFORM_TITLES, type Platform } from "@/platforms";

interface Props {
  platform: Platform;
  run: Pick<ConfirmedRun<unknown>, "isOpen" | "isLocked" | "refusal" | "close">;
  busy: boolean;
  onConfirm: () => void;
}

const NOTHING_TO_ADD = new URLSearchParams();

/** Asks before access is taken away: from which platform, how many, and with what effect. */
export function RevokeDialog({ platform, run, busy, onConfirm }: Props) {
  const preview = usePreview<RevokePreview>(platform, "revoke", NOTHING_TO_ADD, run.isOpen);
  const title = PLATFORM_TITLES[platform];
  return (
    <PreviewDialog
      preview={preview}
      run={run}
      busy={busy}
      danger
      title={(count) => `Revoke ${count ? countOf(count, "expired request") : "what has expired"} on ${title}?`}
      confirm={(count) => (busy ? "Revoking…" : count ? `Revoke ${formatNumber(count)}` : "Revoke")}
      refused="Nothing was revoked."
      onConfirm={onConfirm}
    >
      {({ count, items: [first] }) => (
        <>
          <p>
            {count === 1 ? "It is" : "They are"} marked as revoked on {title}, each with a record of when and by which run.
            {first && ` The oldest expired on ${formatDate(first.expiresOn)}.`}
          </p>
          <p>This cannot be taken back here: to get access again, a new request is needed.</p>
        </>
      )}
    </PreviewDialog>
  );
}
