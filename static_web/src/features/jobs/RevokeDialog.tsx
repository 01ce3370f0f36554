import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from "@fluentui/react-components";
import type { Problem } from "@/api/types";
import { ProblemMessage } from "@/components/ProblemMessage";
import { PLATFORM_TITLES, type Platform } from "@/platforms";

interface Props {
  platform: Platform;
  /** How many requests are past their expiry, whatever the list below is filtered to. */
  count: number;
  open: boolean;
  busy: boolean;
  /** The job runs by now, started by somebody else. */
  blocked: boolean;
  problem: Problem | null;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before access is taken away: from which platform, how many, and with what effect. */
export function RevokeDialog({ platform, count, open, busy, blocked, problem, onConfirm, onClose }: Props) {
  const title = PLATFORM_TITLES[platform];
  const what = count === 1 ? "1 expired request" : `${count.toLocaleString("en")} expired requests`;
  return (
    <Dialog open={open} modalType="alert" onOpenChange={(_, data) => !data.open && !busy && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>
            Revoke {what} on {title}?
          </DialogTitle>
          <DialogContent>
            <p>
              {count === 1 ? "This person loses" : "These people lose"} their {title} access at once. Each revocation is
              recorded. To get access back, a new request is needed.
            </p>
            {problem && <ProblemMessage title="Nothing was revoked." problem={problem} />}
          </DialogContent>
          <DialogActions>
            <Button disabledFocusable={busy} onClick={onClose}>
              Cancel
            </Button>
            <Button appearance="primary" disabledFocusable={busy || blocked || count === 0} onClick={onConfirm}>
              {busy ? "Revoking…" : `Revoke ${count.toLocaleString("en")}`}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
