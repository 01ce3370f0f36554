import type { RevokePreview } from "@/api/types";
import { PreviewDialog } from "@/features/jobs/PreviewDialog";
import type { ConfirmedRun } from "@/features/jobs/useConfirmedRun";
import { usePreview } from "@/features/jobs/usePreview";
import { PLATFORMS, type Platform } from "@/platforms";
import { countOf, formatDate, formatNumber } from "@/text/format";
import { REVOKE_IS_FINAL, revokeEffect } from "@/text/removal";

interface Props {
  platform: Platform;
  run: Pick<ConfirmedRun<unknown>, "isOpen" | "isLocked" | "refusal">;
  busy: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

const NOTHING_TO_ADD = new URLSearchParams();

/** Asks before requests are revoked: on which platform, how many, and with what effect. */
export default function RevokeDialog({ platform, run, busy, onConfirm, onClose }: Props) {
  const preview = usePreview<RevokePreview>(platform, "revoke", NOTHING_TO_ADD, run.isOpen);
  const { title } = PLATFORMS[platform];
  return (
    <PreviewDialog
      preview={preview}
      run={run}
      busy={busy}
      danger
      title={(count) => `Revoke ${count ? countOf(count, "expired request") : "expired requests"} on ${title}?`}
      confirm={(count) => (busy ? "Revoking…" : count ? `Revoke ${formatNumber(count)}` : "Revoke")}
      refused="Nothing was revoked."
      onConfirm={onConfirm}
      onClose={onClose}
    >
      {({ count, takesAccessAway, items }) => (
        <>
          <p>
            {revokeEffect(takesAccessAway, title, count === 1)}
            {items[0] && ` ${count === 1 ? "It" : "The oldest"} ended on ${formatDate(items[0].expiresOn)}.`}
          </p>
          {takesAccessAway && <CurrentGrants title={title} items={items} />}
          <p>{REVOKE_IS_FINAL}</p>
        </>
      )}
    </PreviewDialog>
  );
}

type Grant = NonNullable<RevokePreview["items"][number]["held"]>;

const GRANT_WORDS: Record<Grant, string> = {
  direct: "still granted",
  through: "granted in another way, which keeps it due",
  gone: "already removed",
  unknown: "not known",
};

/** Says what the platform reports of the requests that it was asked about. */
function CurrentGrants({ title, items }: { title: string; items: RevokePreview["items"] }) {
  const asked = items.filter(({ held }) => held);
  const counts = Object.entries(GRANT_WORDS)
    .map(([grant, words]) => ({ words, count: asked.filter(({ held }) => held === grant).length }))
    .filter(({ count }) => count > 0);
  const unknown = asked.find(({ held }) => held === "unknown");
  return (
    <p>
      {title} now reports{asked.length < items.length && ` for the first ${formatNumber(asked.length)}`}:{" "}
      {counts.map(({ words, count }) => `${formatNumber(count)} ${words}`).join(", ")}.
      {unknown?.detail && ` ${unknown.detail}`}
    </p>
  );
}
