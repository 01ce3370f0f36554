import type { RevokePreview } from "@/api/types";
import { PreviewDialog } from "@/features/jobs/PreviewDialog";
import type { ConfirmedRun } from "@/features/jobs/useConfirmedRun";
import { usePreview } from "@/features/jobs/usePreview";
import { PLATFORMS, type Platform } from "@/platforms";
import { countOf, formatDate, formatNumber } from "@/text/format";

interface Props {
  platform: Platform;
  run: Pick<ConfirmedRun<unknown>, "isOpen" | "isLocked" | "refusal">;
  busy: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

const NOTHING_TO_ADD = new URLSearchParams();

/** Asks before access is taken away: from which platform, how many, and with what effect. */
export default function RevokeDialog({ platform, run, busy, onConfirm, onClose }: Props) {
  const preview = usePreview<RevokePreview>(platform, "revoke", NOTHING_TO_ADD, run.isOpen);
  const { title } = PLATFORMS[platform];
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
      onClose={onClose}
    >
      {({ count, takesAccessAway, items }) => (
        <>
          <p>
            {takesAccessAway
              ? `${title} is called: ${count === 1 ? "the grant is" : "the grants are"} taken away there, and only what is seen gone is recorded as revoked.`
              : `${count === 1 ? "It is" : "They are"} marked as revoked on ${title}, ${count === 1 ? "with" : "each with"} a record of when and by which run. ${title} itself is not called.`}
            {items[0] && ` ${count === 1 ? "It" : "The oldest"} expired on ${formatDate(items[0].expiresOn)}.`}
          </p>
          {takesAccessAway && <HeldNow title={title} items={items} />}
          <p>This cannot be taken back here: to get access again, a new request is needed.</p>
        </>
      )}
    </PreviewDialog>
  );
}

type Held = NonNullable<RevokePreview["items"][number]["held"]>;

const HELD_WORDS: Record<Held, string> = {
  direct: "still granted",
  through: "held through something else, and staying due",
  gone: "gone already",
  unknown: "not known",
};

/** What the platform says of those that it was asked about. */
function HeldNow({ title, items }: { title: string; items: RevokePreview["items"] }) {
  const asked = items.filter(({ held }) => held);
  const counts = Object.entries(HELD_WORDS)
    .map(([held, words]) => ({ words, count: asked.filter((item) => item.held === held).length }))
    .filter(({ count }) => count > 0);
  const unknown = asked.find(({ held }) => held === "unknown");
  return (
    <p>
      Of {asked.length < items.length ? `the first ${formatNumber(asked.length)}` : items.length === 1 ? "it" : "these"}, {title} says:{" "}
      {counts.map(({ words, count }) => `${formatNumber(count)} ${words}`).join(", ")}.
      {unknown?.detail && ` ${unknown.detail}`}
    </p>
  );
}
